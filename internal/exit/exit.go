//go:build !race || !linux

// Package exit ends processes that have used XLA.
package exit

import "os"

// Exit is os.Exit, but for the race detector: see exit_race.go.
func Exit(code int) { os.Exit(code) }
