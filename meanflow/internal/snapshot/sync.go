package snapshot

import (
	"errors"
	"os"
	"path/filepath"
)

// syncFolder flushes a folder and the files in it to the disk.
func syncFolder(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			if err := syncPath(filepath.Join(folder, entry.Name()), os.O_RDWR); err != nil {
				return err
			}
		}
	}
	return syncNames(folder)
}

// syncPath flushes a file or a folder, opened with the flag, to the disk.
func syncPath(path string, flag int) error {
	file, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
