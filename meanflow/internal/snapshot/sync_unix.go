//go:build unix

package snapshot

import "os"

// syncNames waits until the names of a folder's files are on the disk.
func syncNames(folder string) error { return syncPath(folder, os.O_RDONLY) }
