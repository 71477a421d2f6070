package snapshot

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// unfinishedPrefix begins the names of the folders in which Save and SaveSet write.
const unfinishedPrefix = ".unfinished-"

// Save writes a single snapshot at a path, which must not exist or be an earlier snapshot or set of
// snapshots that Save wrote, or a symbolic link to one. The function write writes the files into a
// folder. A folder at the path is always complete. After a crash in the moment between the old and
// the new one, both are in a folder .unfinished-… beside it. Save warns if the file system can't
// flush to the disk.
func Save(path string, warn Warn, write func(folder string) error) (err error) {
	return replace(path, warn, func(folder string) error {
		if err := write(folder); err != nil {
			return err
		}
		return writeChecksums(folder)
	})
}

// SaveSet writes a folder of snapshots at a path as [Save] writes one. The function write saves a
// snapshot by [Save] at each of the names in a folder.
func SaveSet(path string, names []string, warn Warn, write func(folder string) error) error {
	return replace(path, warn, write, names...)
}

// replace makes a folder by write and gives it the path's name, in place of what was there.
func replace(path string, warn Warn, write func(folder string) error, names ...string) (err error) {
	path = filepath.Clean(path)
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	exists, err := checkReplaceable(path, names)
	if err != nil {
		return err
	}
	parent := filepath.Dir(path)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	unfinished, err := os.MkdirTemp(parent, unfinishedPrefix)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(unfinished)) }()
	made := filepath.Join(unfinished, "new") // MkdirTemp's folder can be read by its owner only.
	if err := os.Mkdir(made, 0o777); err != nil {
		return err
	}
	if err := write(made); err != nil {
		return err
	}
	// SaveSet flushes the snapshots that it writes once more, and warns for them.
	isInSet := strings.HasPrefix(filepath.Base(filepath.Dir(parent)), unfinishedPrefix)
	disk := disk{folder: parent, warn: warn, isWarned: isInSet}
	if err := disk.flushTree(made); err != nil {
		return err
	}
	old := filepath.Join(unfinished, "old")
	if exists {
		if err := os.Rename(path, old); err != nil {
			return err
		}
	}
	if err := os.Rename(made, path); err != nil {
		if exists {
			err = errors.Join(err, os.Rename(old, path))
		}
		return err
	}
	return disk.flushNames(parent)
}

// checkReplaceable reports whether something exists at a path. It returns an error unless that is a
// snapshot or, if there are names, a folder of snapshots with these names and nothing else.
func checkReplaceable(path string, names []string) (exists bool, err error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return true, err
	}
	isSaved := len(entries) == len(names)
	for _, name := range names {
		isSaved = isSaved && OS(filepath.Join(path, name)).hasChecksums()
	}
	if len(names) == 0 {
		isSaved = OS(path).hasChecksums()
	}
	if !isSaved && len(entries) > 0 {
		return true, fmt.Errorf("%s exists and is not a saved model: choose another folder", path)
	}
	return true, nil
}
