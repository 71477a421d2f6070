//go:build !race || !linux

// Package exit ends a process that has used XLA.
package exit

import "os"

// Exit ends the process with the given status, by [os.Exit]. Builds with the race detector on Linux
// need another way, see exit_race.go.
func Exit(code int) { os.Exit(code) }
