package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// DamagedError says what is wrong with a snapshot whose files are not what was written.
type DamagedError struct {
	Path string // The snapshot's.
	Err  error
}

// Error names the snapshot and the file at fault.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the checkpoint %s is damaged: %v", e.Path, e.Err)
}

// Unwrap is what is wrong.
func (e *DamagedError) Unwrap() error { return e.Err }

// Snapshot is the content of one that is intact.
type Snapshot struct {
	Path  string
	Files map[string][]byte // By name.
}

// Read reads the snapshot at a path, which has to have a file that needs names. The error is a
// [DamagedError] if the snapshot is not as it was written.
func Read(path, needs string) (*Snapshot, error) {
	files, err := readChecked(path, needs)
	if err != nil {
		return nil, &DamagedError{path, err}
	}
	return &Snapshot{path, files}, nil
}

// Newest reads the last of the snapshots that is intact and has the file that needs names. The ones
// after it are damaged.
func Newest(paths []string, needs string) (newest *Snapshot, damaged []*DamagedError, err error) {
	var all []error
	for _, path := range slices.Backward(paths) {
		files, err := readChecked(path, needs)
		if err == nil {
			return &Snapshot{path, files}, damaged, nil
		}
		damage := &DamagedError{path, err}
		damaged, all = append(damaged, damage), append(all, damage)
	}
	return nil, damaged, fmt.Errorf("no checkpoint is intact: %w", errors.Join(all...))
}

// IsSnapshot says whether a folder is a snapshot, or what is left of one, rather than a folder of
// them.
func IsSnapshot(folder string) bool {
	if _, err := os.Stat(filepath.Join(folder, checksumFile)); err == nil {
		return true
	}
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return false
	}
	_, ok := parsePosition(filepath.Base(filepath.Clean(folder)))
	return ok
}
