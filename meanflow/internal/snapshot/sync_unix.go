//go:build unix

package snapshot

import "os"

// flushNames flushes the names of a folder's files to the disk.
func (d *disk) flushNames(folder string) error { return d.flush(folder, os.O_RDONLY) }
