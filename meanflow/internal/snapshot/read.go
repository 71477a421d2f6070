package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"syscall"
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

// Read reads the snapshot, which must contain the file required. The error is a [DamagedError] if
// the snapshot differs from what was written. It is another error if the files can't be read but
// may be intact.
func (s Source) Read(required string) (*Snapshot, error) {
	files, err := s.readChecked(required)
	if isUnreadable(err) {
		return nil, fmt.Errorf("the checkpoint %s can't be read: %w", s.Path(), err)
	}
	if err != nil {
		return nil, &DamagedError{s.Path(), err}
	}
	return &Snapshot{s.Path(), files}, nil
}

// isUnreadable reports whether the system refused to read a file, which may be intact: it is
// someone else's, for instance, or a network file system does not answer.
func isUnreadable(err error) bool {
	var refusal syscall.Errno
	return errors.Is(err, fs.ErrPermission) || errors.As(err, &refusal) &&
		refusal != syscall.ENOENT && refusal != syscall.ENOTDIR && refusal != syscall.EISDIR
}

// Newest reads the last snapshot in the folder that is intact and contains the file required. It
// also returns the errors of the snapshots after it, which are damaged. It passes over none that
// can't be read but may be intact: that is an error.
func (s Source) Newest(required string) (
	newest *Snapshot, damaged []*DamagedError, err error,
) {
	snapshots, err := s.snapshots()
	if err != nil {
		return nil, nil, err
	}
	if len(snapshots) == 0 {
		return nil, nil, fmt.Errorf("%v holds no checkpoints: neither a %s nor a folder epoch-…",
			s, required)
	}
	return newestOf(snapshots, required)
}

// newestOf is [Source.Newest] for the given snapshots, oldest first.
func newestOf(snapshots []Source, required string) (
	newest *Snapshot, damaged []*DamagedError, err error,
) {
	var all []error
	for _, snapshot := range slices.Backward(snapshots) {
		read, err := snapshot.Read(required)
		var damage *DamagedError
		if !errors.As(err, &damage) {
			return read, damaged, err
		}
		damaged, all = append(damaged, damage), append(all, damage)
	}
	return nil, damaged, fmt.Errorf("no checkpoint is intact: %w", errors.Join(all...))
}

// Read is [Source.Read] for a path of the operating system.
func Read(path, required string) (*Snapshot, error) { return OS(path).Read(required) }

// Newest is [Source.Newest] for paths of snapshots of the operating system, oldest first.
func Newest(paths []string, required string) (
	newest *Snapshot, damaged []*DamagedError, err error,
) {
	snapshots := make([]Source, len(paths))
	for i, path := range paths {
		snapshots[i] = OS(path)
	}
	return newestOf(snapshots, required)
}

// IsSnapshot reports whether the folder is a snapshot, intact or damaged, instead of a folder of
// snapshots.
func (s Source) IsSnapshot() bool {
	if s.hasChecksums() {
		return true
	}
	info, err := fs.Stat(s.files, ".")
	if err != nil || !info.IsDir() {
		return false
	}
	_, ok := parsePosition(filepath.Base(s.Path()))
	return ok
}
