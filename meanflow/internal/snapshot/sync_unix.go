//go:build unix

package snapshot

import "os"

// syncNames flushes the names of a folder's files to the disk.
func syncNames(folder string) error { return syncPath(folder, os.O_RDONLY) }
