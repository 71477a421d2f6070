//go:build unix

package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// The errors with which file systems say that they lack an operation, and errors of an operation
// that they have.
var (
	unsupported = []error{syscall.EINVAL, syscall.ENOSYS, syscall.ENOTSUP, syscall.EOPNOTSUPP}
	failures    = []error{syscall.EIO, syscall.ENOSPC, syscall.EDQUOT}
)

// warnings collects warnings.
type warnings []string

func (w *warnings) warn(format string, values ...any) {
	*w = append(*w, fmt.Sprintf(format, values...))
}

// failFsync makes each fsync of a folder, or of a file, return an error until the test ends.
func failFsync(t *testing.T, ofFolder bool, failure error) {
	before := fsync
	t.Cleanup(func() { fsync = before })
	fsync = func(file *os.File) error {
		if info, err := file.Stat(); err != nil || info.IsDir() == ofFolder {
			return errors.Join(err, &fs.PathError{Op: "sync", Path: file.Name(), Err: failure})
		}
		return before(file)
	}
}

// saver returns a function for Folder.Write and Save, which writes a file.
func saver(text string) func(folder string) error {
	return func(folder string) error {
		return os.WriteFile(filepath.Join(folder, content), []byte(text), 0o666)
	}
}

// Where the file system can't flush, a folder warns once, and its snapshots are written.
func TestFlushIsUnsupported(t *testing.T) {
	for _, ofFolder := range []bool{false, true} {
		for _, failure := range unsupported {
			t.Run(fmt.Sprintf("folder %v, %v", ofFolder, failure), func(t *testing.T) {
				failFsync(t, ofFolder, failure)
				var said warnings
				dir := t.TempDir()
				folder, err := Open(dir, said.warn)
				if err != nil {
					t.Fatal(err)
				}
				defer folder.Close()
				for epoch := range 3 {
					path := write(t, folder, Position{Epoch: epoch}, "x")
					if _, err := Read(path, content); err != nil {
						t.Error(err)
					}
				}
				want := warnings{fmt.Sprintf("%s can't be flushed to the disk (%v): a power cut "+
					"may lose the newest checkpoint, earlier ones are safe", dir, failure)}
				if !slices.Equal(said, want) {
					t.Errorf("the warnings are %q, want %q", said, want)
				}
			})
		}
	}
}

// A flush that fails is an error. A snapshot whose files may not be on the disk gets no name.
func TestFlushFails(t *testing.T) {
	for _, failure := range failures {
		folder := open(t, t.TempDir())
		t.Run(failure.Error(), func(t *testing.T) {
			failFsync(t, false, failure)
			path, err := folder.Write(Position{Epoch: 1}, saver("x"))
			if path != "" || !errors.Is(err, failure) {
				t.Errorf("wrote %q with the error %v, want none and %v", path, err, failure)
			}
			if got := names(t, folder.path); !slices.Equal(got, []string{".lock"}) {
				t.Errorf("the folder holds %v, want the lock", got)
			}
		})
	}
}

// If only the snapshot's name may not be on the disk, Write returns the path with the error.
func TestFlushOfNamesFails(t *testing.T) {
	folder := open(t, t.TempDir())
	before := fsync
	t.Cleanup(func() { fsync = before })
	fsync = func(file *os.File) error {
		if file.Name() == folder.path {
			return syscall.EIO
		}
		return before(file)
	}
	path, err := folder.Write(Position{Epoch: 1}, saver("x"))
	if path != folder.Path(Position{Epoch: 1}) || !errors.Is(err, syscall.EIO) {
		t.Errorf("wrote %q with the error %v, want epoch-000001 and %v", path, err, syscall.EIO)
	}
	if _, err := Read(path, content); err != nil {
		t.Error(err)
	}
}

// Save and SaveSet warn once, and name the folder in which the snapshot is.
func TestSaveCanNotFlush(t *testing.T) {
	failFsync(t, false, syscall.EINVAL)
	var said warnings
	dir := t.TempDir()
	if err := Save(filepath.Join(dir, "model"), said.warn, saver("x")); err != nil {
		t.Error(err)
	}
	names := []string{"a", "b"}
	err := SaveSet(filepath.Join(dir, "set"), names, said.warn, func(folder string) error {
		var all error
		for _, name := range names {
			all = errors.Join(all, Save(filepath.Join(folder, name), said.warn, saver("x")))
		}
		return all
	})
	if err != nil {
		t.Error(err)
	}
	if len(said) != 2 || said[0] != said[1] ||
		!strings.HasPrefix(said[0], dir+" can't be flushed") {
		t.Errorf("the warnings are %q, want the same for Save and SaveSet", said)
	}
}
