// Package snapshot keeps a series of folders that survive a crash. A snapshot is a folder of files,
// written beside its place, summed up, flushed to the disk and only then renamed, so that a folder
// with a snapshot's name is complete. It knows files, and nothing of what is in them.
//
// The files: snapshot.go writes and removes snapshots, position.go names and lists them, read.go
// finds the newest intact one, checksum.go tells damage, lock.go keeps other writers out, sync.go
// flushes to the disk.
package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a folder of snapshots that this process alone writes into.
type Folder struct {
	path   string
	unlock func() error
}

// Open makes the folder if it isn't there and locks it. The error is a [LockedError] if somebody
// else has it locked.
func Open(path string) (*Folder, error) {
	unlock, err := lock(path)
	if err != nil {
		return nil, err
	}
	return &Folder{path, unlock}, nil
}

// Close lets others write into the folder.
func (f *Folder) Close() error { return f.unlock() }

// Path is the path of the snapshot at a position, whether it is there or not.
func (f *Folder) Path(at Position) string { return filepath.Join(f.path, at.String()) }

// List lists the paths of the folder's snapshots, oldest first.
func (f *Folder) List() ([]string, error) { return List(f.path) }

// Write writes a snapshot and returns its path: write fills a folder with files. Nothing bears the
// snapshot's name unless the error is nil.
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
			err = errors.Join(err, os.RemoveAll(unfinished)) // It may be what fills the disk.
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

// Prune removes all snapshots but the newest keep; 0 keeps all. Each loses its name first, so that
// a folder with a snapshot's name stays complete.
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

// SetAside renames a damaged snapshot to "damaged-…", so that a complete one can take its name, and
// returns the new path.
func SetAside(path string) (aside string, err error) {
	aside = filepath.Join(filepath.Dir(path), "damaged-"+filepath.Base(path))
	if err := os.RemoveAll(aside); err != nil {
		return "", err
	}
	if err := os.Rename(path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("setting %s aside: %w", path, err)
	}
	return aside, nil
}
