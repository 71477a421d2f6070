package snapshot

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// DamagedError says what is wrong with a snapshot whose files changed after they were written.
type DamagedError struct {
	Path string // The path of the snapshot.
	Err  error  // What is wrong.
}

// Error names the snapshot and the file at fault.
func (e *DamagedError) Error() string {
	return fmt.Sprintf("the checkpoint %s is damaged: %v", e.Path, e.Err)
}

// Unwrap returns Err.
func (e *DamagedError) Unwrap() error { return e.Err }

// Snapshot is the content of an intact snapshot.
type Snapshot struct {
	Path  string
	Files map[string][]byte // The content of each file, by name.
}

// Read reads the snapshot at a path, which must contain the file required. The error is a
// [DamagedError] if the snapshot differs from what was written.
func Read(path, required string) (*Snapshot, error) {
	files, err := readChecked(path, required)
	if err != nil {
		return nil, &DamagedError{path, err}
	}
	return &Snapshot{path, files}, nil
}

// Newest reads the last of the snapshots at the paths that is intact and contains the file
// required. It also returns the errors of the snapshots after it, which are damaged.
func Newest(
	paths []string, required string,
) (newest *Snapshot, damaged []*DamagedError, err error) {
	var all []error
	for _, path := range slices.Backward(paths) {
		files, err := readChecked(path, required)
		if err == nil {
			return &Snapshot{path, files}, damaged, nil
		}
		damage := &DamagedError{path, err}
		damaged, all = append(damaged, damage), append(all, damage)
	}
	return nil, damaged, fmt.Errorf("no checkpoint is intact: %w", errors.Join(all...))
}

// IsSnapshot reports whether a folder is a snapshot, intact or damaged, instead of a folder of
// snapshots.
func IsSnapshot(folder string) bool {
	if hasChecksums(folder) {
		return true
	}
	info, err := os.Stat(folder)
	if err != nil || !info.IsDir() {
		return false
	}
	_, ok := parsePosition(filepath.Base(filepath.Clean(folder)))
	return ok
}
