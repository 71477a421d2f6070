package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// LockedError says that somebody else writes into a folder.
type LockedError struct{ Folder string }

// Error names the folder.
func (e *LockedError) Error() string {
	return fmt.Sprintf("another training writes into %s: wait for its end, or take another folder",
		e.Folder)
}

// lock makes a folder if it isn't there, and locks it. The end of the process unlocks it, too.
func lock(folder string) (unlock func() error, err error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, err
	}
	file := flock.New(filepath.Join(folder, ".lock"))
	switch locked, err := file.TryLock(); {
	case errors.Is(err, errors.ErrUnsupported): // The file system has no locks.
		return func() error { return nil }, nil
	case err != nil:
		return nil, err
	case !locked:
		return nil, &LockedError{folder}
	}
	return file.Unlock, nil
}
