package snapshot

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Source is a folder to read from: a snapshot, or a folder of snapshots.
type Source struct {
	files fs.FS  // The folder is its root.
	path  string // The path of the folder for errors, empty for the root of a file system.
}

// OS returns the folder at a path of the operating system.
func OS(path string) Source { return Source{os.DirFS(path), path} }

// FS returns the root of a file system.
func FS(files fs.FS) Source { return Source{files, ""} }

// Path returns the path of the folder, "." for the root of a file system.
func (s Source) Path() string { return cmp.Or(s.path, ".") }

// String returns the path of the folder, or says that it is the root of a file system.
func (s Source) String() string { return cmp.Or(s.path, "the file system's root (see fs.Sub)") }

// sub returns the folder with the given name in the folder.
func (s Source) sub(name string) (Source, error) {
	files, err := fs.Sub(s.files, name)
	return Source{files, filepath.Join(s.path, name)}, err
}

// read returns the content of a file in the folder.
func (s Source) read(name string) ([]byte, error) {
	content, err := fs.ReadFile(s.files, name)
	return content, s.withPath(err)
}

// list returns the entries of the folder.
func (s Source) list() ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.files, ".")
	return entries, s.withPath(err)
}

// withPath completes the path in an error, which is relative to the folder.
func (s Source) withPath(err error) error {
	var failed *fs.PathError
	if !errors.As(err, &failed) {
		return err
	}
	return &fs.PathError{Op: failed.Op, Path: filepath.Join(s.path, failed.Path), Err: failed.Err}
}
