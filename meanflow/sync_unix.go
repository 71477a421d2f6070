//go:build unix

package meanflow

import "os"

// syncNames waits until the names of a folder's files are on the disk.
func syncNames(dir string) error { return syncPath(dir, os.O_RDONLY) }
