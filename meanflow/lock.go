package meanflow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lock makes a folder, if it isn't there, and keeps other trainings out of it until it is released. The end of the
// process releases it too, however that comes about.
func lock(dir string) (release func() error, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	file := flock.New(filepath.Join(dir, ".lock"))
	switch locked, err := file.TryLock(); {
	case errors.Is(err, errors.ErrUnsupported): // By the file system: there is nothing to hold on to.
		return func() error { return nil }, nil
	case err != nil:
		return nil, err
	case !locked:
		return nil, fmt.Errorf("another training is writing into %s: wait for its end, or take another folder", dir)
	}
	return file.Unlock, nil
}
