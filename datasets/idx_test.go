package datasets_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/meanflow-go/meanflow/datasets"
)

// idxFile returns an IDX file: the type and the number of dimensions, the sizes, the data.
func idxFile(kind string, sizes []int, data string) []byte {
	file := []byte("\x00\x00" + kind)
	for _, size := range sizes {
		file = binary.BigEndian.AppendUint32(file, uint32(size))
	}
	return append(file, data...)
}

func compressed(t *testing.T, content []byte) []byte {
	t.Helper()
	var buffer bytes.Buffer
	w := gzip.NewWriter(&buffer)
	w.Write(content)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// writeFile writes a file, and returns its path.
func writeFile(t *testing.T, folder, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeIDX(t *testing.T, folder, name, kind string, sizes []int, data string, pack bool) string {
	t.Helper()
	content := idxFile(kind, sizes, data)
	if pack {
		content = compressed(t, content)
	}
	return writeFile(t, folder, name, content)
}

// checkReadError wants a ReadError that contains words, in less than 200 characters.
func checkReadError(t *testing.T, err error, words ...string) {
	t.Helper()
	checkError(t, err, words...)
	var readError *datasets.ReadError
	if err != nil && (!errors.As(err, &readError) || utf8.RuneCountInString(err.Error()) >= 200) {
		t.Errorf("error %v of type %T, want a short ReadError", err, err)
	}
}

func TestReadIDX(t *testing.T) {
	folder := t.TempDir()
	const data = "\x00\xff\x33\x01\x02\x03\x04\x05\x06\x07\x08\x09"
	grey := writeIDX(t, folder, "grey", "\x08\x03", []int{2, 2, 3}, data, true)
	colour := writeIDX(t, folder, "colour", "\x08\x04", []int{2, 1, 2, 3}, data, false)
	labels := writeIDX(t, folder, "labels", "\x08\x01", []int{2}, "\x04\x00", true)
	for _, channels := range []int{1, 3} {
		path := map[int]string{1: grey, 3: colour}[channels]
		images, err := datasets.ReadIDX(path, labels)
		if err != nil {
			t.Fatal(err)
		}
		shape := []int{images.Height, images.Width, images.Channels}
		want := map[int][]int{1: {2, 3, 1}, 3: {1, 2, 3}}[channels]
		if !slices.Equal(shape, want) || images.Len() != 2 || images.Name() != filepath.Base(path) {
			t.Errorf("%s: %d images of %v, want 2 of %v", images.Name(), images.Len(), shape, want)
		}
		if !slices.Equal(images.Labels(), []int{5, 1}) || images.Classes() != 5 {
			t.Errorf("classes %v of %d, want 5, 1 of 5", images.Labels(), images.Classes())
		}
		points := images.Points()
		for k, want := range []float64{-1, 1, -0.6, 1/127.5 - 1} { // 0x33 is 255/5.
			near(t, "pixel", points[0][k], want, 1e-15)
		}
		near(t, "last pixel", points[1][5], 9/127.5-1, 1e-15)
	}
	images, err := datasets.ReadIDX(grey, "")
	if err != nil || images.Labels() != nil || images.Classes() != 0 || images.ClassNames() != nil {
		t.Errorf("without a file of labels: classes %v, error %v", images.ClassNames(), err)
	}
}

func TestReadIDXErrors(t *testing.T) {
	folder := t.TempDir()
	good := idxFile("\x08\x03", []int{2, 2, 2}, "abcdefgh")
	packed := compressed(t, good)
	wrongSum := slices.Clone(packed)
	wrongSum[len(wrongSum)-5] ^= 1
	huge := []int{1 << 31, 28, 28}
	for name, step := range map[string]struct {
		content []byte
		words   []string
	}{
		"empty":       {nil, []string{"empty"}},
		"empty-gz":    {compressed(t, nil), []string{"empty"}},
		"png":         {[]byte("\x89PNG\r\n"), []string{"89504e47", "0000"}},
		"short":       {good[:3], []string{"within the header"}},
		"short-sizes": {good[:10], []string{"within the header"}},
		"floats":      {idxFile("\x0d\x03", []int{1, 1, 1}, "abcd"), []string{"0x0d", "0x08"}},
		"labels":      {idxFile("\x08\x01", []int{2}, "ab"), []string{"a file of labels"}},
		"matrix":      {idxFile("\x08\x02", []int{2, 1}, "ab"), []string{"2 dimensions", "3 or 4"}},
		"deep":        {idxFile("\x08\xff", []int{1}, "ab"), []string{"255 dimensions"}},
		"none":        {idxFile("\x08\x03", []int{0, 2, 2}, ""), []string{"[0 2 2]", "from 1"}},
		"flat":        {idxFile("\x08\x03", []int{2, 0, 2}, ""), []string{"[2 0 2]", "from 1"}},
		"wide":        {idxFile("\x08\x03", []int{1, 1, 4097}, "a"), []string{"4097", "4096"}},
		"claims":      {idxFile("\x08\x03", huge, "abc"), []string{"2147483648"}},
		"claims-less": {idxFile("\x08\x03", []int{2_000_000_000, 1, 1}, "abc"),
			[]string{"cut off", "2,000,000,000 images", "there are 3"}},
		"over": {idxFile("\x08\x03", []int{1_000_000, 4096, 4096}, "abc"), []string{"2 GiB"}},
		"channels": {idxFile("\x08\x04", []int{1, 1, 1, 2}, "ab"),
			[]string{"2 channels", "1 or 3"}},
		"cut":       {good[:len(good)-1], []string{"cut off", "2 images", "there are 1"}},
		"cut-gz":    {packed[:len(packed)-9], []string{"cut off"}},
		"cut-sum":   {packed[:len(packed)-2], []string{"cut off"}},
		"wrong-sum": {wrongSum, []string{"damaged", "checksum"}},
		"only-gz":   {packed[:6], []string{"cut off"}},
		"not-gz":    {[]byte("\x1f\x8b\x01234567890"), []string{"damaged", "gzip"}},
		"goes-on":   {append(slices.Clone(good), 0), []string{"goes on after the 2 images"}},
	} {
		_, err := datasets.ReadIDX(writeFile(t, folder, name, step.content), "")
		checkReadError(t, err, append(step.words, name+":")...)
		if !errors.Is(err, datasets.ErrImages) {
			t.Errorf("error %v is not of kind ErrImages", err)
		}
	}
	images := writeFile(t, folder, "good", good)
	_, err := datasets.ReadIDX(images, images)
	checkReadError(t, err, "good: a file of images, it must be one of labels")
	labels := writeIDX(t, folder, "three", "\x08\x01", []int{3}, "abc", false)
	_, err = datasets.ReadIDX(images, labels)
	checkReadError(t, err, "three: 3 labels", "good has 2 images")
	_, err = datasets.ReadIDX(folder, "")
	checkReadError(t, err, "directory")
	_, err = datasets.ReadIDX(filepath.Join(folder, "absent"), "")
	checkReadError(t, err, "absent", "no such file")
}

// FuzzReadIDX wants images or an error, whatever the file contains.
func FuzzReadIDX(f *testing.F) {
	for _, kind := range []string{"\x08\x01", "\x08\x03", "\x08\x04", "\x0d\x03"} {
		for _, sizes := range [][]int{{1}, {2, 1, 2}, {1, 1, 1, 3}, {1 << 31, 28, 28}} {
			f.Add(idxFile(kind, sizes, "abcd"))
		}
	}
	f.Add([]byte("\x1f\x8b\x08\x00"))
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := writeFile(t, folder, "images", content)
		images, err := datasets.ReadIDX(path, "")
		if err != nil {
			checkReadError(t, err, "images")
			return
		}
		points := images.Points()
		if len(points) != images.Len() || len(points[0]) != images.Dim() {
			t.Fatalf("%d points of %d coordinates, want %d of %d", len(points), len(points[0]),
				images.Len(), images.Dim())
		}
	})
}
