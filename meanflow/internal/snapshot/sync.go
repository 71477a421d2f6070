package snapshot

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Warn writes a warning.
type Warn = func(format string, values ...any)

// disk flushes files to the disk. Where the file system can't, it warns once and goes on.
type disk struct {
	folder   string // The folder that the warning names.
	warn     Warn
	isWarned bool
}

// flushTree flushes a folder and everything in it to the disk.
func (d *disk) flushTree(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return d.flushNames(path)
		case entry.Type().IsRegular():
			return d.flush(path, os.O_RDWR)
		}
		return nil
	})
}

// fsync flushes a file to the disk; tests replace it.
var fsync = (*os.File).Sync

// flush flushes a file or a folder, opened with the flag, to the disk.
func (d *disk) flush(path string, flag int) error {
	file, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return err
	}
	err = fsync(file)
	if isUnsupported(err) {
		if !d.isWarned {
			d.warn("%s can't be flushed to the disk (%v): a power cut may lose the newest "+
				"checkpoint, earlier ones are safe", d.folder, reason(err))
		}
		d.isWarned, err = true, nil
	}
	return errors.Join(err, file.Close())
}

// isUnsupported reports whether a file system lacks an operation. Some network file systems say
// "invalid argument" instead.
func isUnsupported(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL)
}

// reason returns an error without the path that it names.
func reason(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
