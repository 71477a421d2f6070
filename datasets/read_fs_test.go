package datasets

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// ReadFS reads what Read reads, from files with and without random access (fs.File of a
// zip.Reader), also where a text must be opened again because it is not UTF-8.
func TestReadFS(t *testing.T) {
	const text = "a,b\n1,2.5\n3,4\n"
	array := npyFile("<f8", "(2, 2)", false, []float64{1, 2.5, 3, 4})
	for name, content := range map[string]string{
		"points.csv":    text,
		"late.csv":      "a,b\nsmall,2.5\nf\xfcr,4\n",
		"points.npy":    array,
		"points.npz":    npzFile(t, true, "X.npy", array),
		"points.csv.gz": gzipFile(t, text),
		"points.npy.gz": gzipFile(t, array),
	} {
		want, err := Read(writeFile(t, name, content), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		inFolder := path.Join("data", name)
		for kind, fsys := range map[string]fs.FS{
			"map": fstest.MapFS{inFolder: {Data: []byte(content)}},
			"zip": zipOf(t, inFolder, content),
		} {
			got, err := ReadFS(fsys, inFolder, ReadOptions{})
			if err != nil {
				t.Errorf("%s in a %s: %v", name, kind, err)
				continue
			}
			same := got.Name() == want.Name() && reflect.DeepEqual(got.Rows(), want.Rows()) &&
				reflect.DeepEqual(got.Format(), want.Format())
			if !same {
				t.Errorf("%s in a %s: %v with %v, want %v with %v", name, kind,
					got.Rows(), got.Format(), want.Rows(), want.Format())
			}
		}
	}
}

// zipOf returns an archive with a compressed file.
func zipOf(t *testing.T, name, content string) *zip.Reader {
	t.Helper()
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	file, err := writer.Create(name)
	if err == nil {
		_, err = file.Write([]byte(content))
	}
	if err := errors.Join(err, writer.Close()); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

// The errors of ReadFS are those of Read, with the file's name.
func TestReadFSRefuses(t *testing.T) {
	files := fstest.MapFS{"data/points.csv": {Data: []byte("a,b\n1,2\n1,two\n")}}
	for name, kind := range map[string]error{
		"data/points.csv": ErrMixed, "data": ErrFormat, "no.csv": fs.ErrNotExist,
		"../points.csv": fs.ErrNotExist,
	} {
		_, err := ReadFS(files, name, ReadOptions{})
		var readError *ReadError
		if !errors.As(err, &readError) || readError.Path != name || !errors.Is(err, kind) {
			t.Errorf("the error for %s is %v, want a ReadError that is %v", name, err, kind)
		}
	}
	_, err := ReadFS(nil, "points.csv", ReadOptions{})
	if !errors.Is(err, ErrOptions) || !strings.Contains(err.Error(), "points.csv: the file") {
		t.Errorf("the error without a file system is %v", err)
	}
}
