package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/gofrs/flock"
)

// LockedError says that another training uses a folder.
type LockedError struct{ Folder string }

// Error names the folder.
func (e *LockedError) Error() string {
	return fmt.Sprintf("another training uses %s: wait until it ends, or choose another folder",
		e.Folder)
}

// tryLock locks a file; tests replace it.
var tryLock = (*flock.Flock).TryLock

// lock locks a folder. The lock ends with unlock or with the process. If the file system has no
// locks, lock warns and goes on.
func lock(folder string, warn Warn) (unlock func() error, err error) {
	path := filepath.Join(folder, ".lock")
	file, err := os.OpenFile(path, os.O_CREATE, 0o666) // Package flock would shut out other users.
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("%s must be a folder to write into: %w", folder, err)
	}
	locking := flock.New(path)
	switch locked, err := tryLock(locking); {
	case isUnsupported(err) || errors.Is(err, syscall.ENOLCK):
		warn("%s can't be locked (%v): two trainings in this folder would not notice each other",
			folder, err)
		return func() error { return nil }, nil
	case err != nil:
		return nil, fmt.Errorf("locking %s: %w", path, err)
	case !locked:
		return nil, &LockedError{folder}
	}
	return locking.Unlock, nil
}
