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
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a locked folder of snapshots.
type Folder struct {
	path   string
	unlock func() error
}

// Open makes the folder if it does not exist, and locks it. The error is a [LockedError] if it is
// already locked, by this process or another one.
func Open(path string) (*Folder, error) {
	unlock, err := lock(path)
	if err != nil {
		return nil, err
	}
	return &Folder{path, unlock}, nil
}

// Close unlocks the folder.
func (f *Folder) Close() error { return f.unlock() }

// Path returns the path of the snapshot at a position, whether it exists or not.
func (f *Folder) Path(at Position) string { return filepath.Join(f.path, at.String()) }

// List returns the paths of the folder's snapshots, oldest first.
func (f *Folder) List() ([]string, error) { return List(f.path) }

// Write writes a snapshot and returns its path. The function write writes the snapshot's files into
// a folder. A folder with the snapshot's name appears only when the snapshot is complete.
func (f *Folder) Write(at Position, write func(folder string) error) (path string, err error) {
	path, unfinished := f.Path(at), filepath.Join(f.path, ".unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := os.MkdirAll(unfinished, 0o777); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(unfinished)) // It may have filled the disk.
		}
	}()
	for _, step := range []func(string) error{write, writeChecksums, syncFolder} {
		if err := step(unfinished); err != nil {
			return "", err
		}
	}
	if err := os.Rename(unfinished, path); err != nil {
		return "", err
	}
	return path, syncFolder(f.path)
}

// Prune removes all snapshots except the newest keep; 0 keeps all. It renames a snapshot before it
// removes its files, so that a folder with a snapshot's name is always complete.
func (f *Folder) Prune(keep int) error {
	if keep == 0 {
		return nil
	}
	paths, err := f.List()
	if err != nil {
		return err
	}
	removed := filepath.Join(f.path, ".removed")
	for _, path := range paths[:max(0, len(paths)-keep)] {
		if err := os.RemoveAll(removed); err != nil {
			return err
		}
		if err := os.Rename(path, removed); err != nil {
			return err
		}
	}
	return os.RemoveAll(removed)
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
