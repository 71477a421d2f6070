// Package snapshot keeps a series of folders that survive a crash. A snapshot is a folder of files.
// It is written under another name, gets checksums, is flushed to the disk and only then renamed,
// so that a folder with a snapshot's name is complete. The package knows nothing about the content
// of the files.
//
// The files: snapshot.go writes and removes the snapshots of a series, save.go writes single ones,
// position.go names and lists them, source.go is a folder to read from in any file system, read.go
// finds the newest intact snapshot, checksum.go detects damage, lock.go locks a folder of
// snapshots, and sync.go flushes to the disk.
package snapshot

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a locked folder of snapshots.
type Folder struct {
	path   string   // Absolute, because the process may change its working directory.
	opened *os.File // The folder itself, also when its path leads elsewhere.
	unlock func() error
	disk   disk
}

// Open makes the folder if it does not exist, and locks it. The error is a [LockedError] if it is
// already locked, by this process or another one. The folder warns if the file system has no locks,
// and once if it can't flush to the disk.
func Open(path string, warn Warn) (*Folder, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return nil, err
	}
	unlock, err := lock(path, warn)
	if err != nil {
		return nil, err
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	return &Folder{path, opened, unlock, disk{folder: path, warn: warn}}, nil
}

// Close unlocks the folder.
func (f *Folder) Close() error { return errors.Join(f.unlock(), f.opened.Close()) }

// Path returns the path of the snapshot at a position, whether it exists or not.
func (f *Folder) Path(at Position) string { return filepath.Join(f.path, at.String()) }

// List returns the paths of the folder's snapshots, oldest first.
func (f *Folder) List() ([]string, error) { return List(f.path) }

// Write writes a snapshot and returns its path. The function write writes the snapshot's files into
// a folder. A folder with the snapshot's name appears only when the snapshot is complete. If it
// appeared but may not be on the disk yet, Write returns the path together with an error.
func (f *Folder) Write(at Position, write func(folder string) error) (path string, err error) {
	unfinished, err := f.begin()
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(unfinished)) // It may have filled the disk.
		}
	}()
	for _, step := range []func(string) error{write, writeChecksums, f.disk.flushTree} {
		if err := step(unfinished); err != nil {
			return "", err
		}
	}
	path = f.Path(at)
	if err := os.Rename(unfinished, path); err != nil {
		return "", err
	}
	return path, f.disk.flushNames(f.path)
}

// CheckWritable returns an error if no snapshot can be written, because the folder is read-only,
// for instance.
func (f *Folder) CheckWritable() error {
	unfinished, err := f.begin()
	if err != nil {
		return err
	}
	return os.RemoveAll(unfinished)
}

// begin makes an empty folder for the files of the next snapshot.
func (f *Folder) begin() (unfinished string, err error) {
	if err := f.checkPath(); err != nil {
		return "", err
	}
	unfinished = filepath.Join(f.path, ".unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	return unfinished, os.Mkdir(unfinished, 0o777)
}

// checkPath returns an error unless the path leads to the folder that was opened.
func (f *Folder) checkPath() error {
	opened, err := f.opened.Stat()
	if err != nil {
		return err
	}
	now, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(opened, now) {
		return fmt.Errorf("%s is no longer the folder that the training began in: it was renamed, "+
			"removed or replaced", f.path)
	}
	return err
}

// Prune removes all snapshots except the newest keep; 0 keeps all. It renames a snapshot before it
// removes its files, so that a folder with a snapshot's name is always complete. If it can't remove
// a snapshot, it removes the others.
func (f *Folder) Prune(keep int) error {
	if keep == 0 {
		return nil
	}
	paths, err := f.List()
	if err != nil {
		return err
	}
	removed := filepath.Join(f.path, ".removed")
	var failure error // The first one.
	for _, path := range paths[:max(0, len(paths)-keep)] {
		err := os.RemoveAll(removed)
		if err == nil {
			err = os.Rename(path, removed)
		}
		failure = cmp.Or(failure, err)
	}
	return cmp.Or(failure, os.RemoveAll(removed))
}

// SetAside renames a damaged snapshot to "damaged-…", so that a new snapshot can take its name, and
// returns the new path.
func SetAside(path string) (aside string, err error) {
	aside = filepath.Join(filepath.Dir(path), "damaged-"+filepath.Base(path))
	if err := os.RemoveAll(aside); err != nil {
		return "", err
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("renaming the damaged %s: %w", path, err)
	}
	return aside, nil
}
