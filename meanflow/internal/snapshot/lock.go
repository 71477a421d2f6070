package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// LockedError says that another training uses a folder.
type LockedError struct{ Folder string }

// Error names the folder.
func (e *LockedError) Error() string {
	return fmt.Sprintf("another training uses %s: wait until it ends, or choose another folder",
		e.Folder)
}

// lock makes a folder if it does not exist, and locks it. The lock ends with unlock or with the
// process.
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
