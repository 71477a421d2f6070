//go:build unix

package snapshot

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

// refusing is a file system that refuses to read a file.
type refusing struct {
	fs.FS
	name    string
	refusal error
}

func (r refusing) Open(name string) (fs.File, error) {
	if name == r.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: r.refusal}
	}
	return r.FS.Open(name)
}

func (r refusing) Sub(dir string) (fs.FS, error) {
	files, err := fs.Sub(r.FS, dir)
	return refusing{files, strings.TrimPrefix(r.name, dir+"/"), r.refusal}, err
}

// A snapshot that can't be read may be intact: it is not damaged, and Newest does not pass it over.
func TestUnreadableIsNotDamaged(t *testing.T) {
	dir := t.TempDir()
	folder := open(t, dir)
	write(t, folder, Position{Epoch: 1}, "x")
	write(t, folder, Position{Epoch: 2}, "x")
	for _, refusal := range []error{
		syscall.ESTALE, syscall.EACCES, syscall.EIO, syscall.ENOTCONN, fs.ErrPermission,
	} {
		for _, file := range []string{content, checksumFile} {
			name := "epoch-000002/" + file
			_, skipped, err := FS(refusing{os.DirFS(dir), name, refusal}).Newest(content)
			wantError(t, err, "the checkpoint epoch-000002 can't be read: ", name)
			var damaged *DamagedError
			if errors.As(err, &damaged) || !errors.Is(err, refusal) || len(skipped) > 0 {
				t.Errorf("%v: got the error %v and %v", refusal, err, skipped)
			}
		}
	}
	// A folder in place of the file is damage.
	files := fstest.MapFS{"epoch-000001/" + checksumFile + "/x": {}}
	_, _, err := FS(files).Newest(content)
	wantError(t, err, "no checkpoint is intact")
}
