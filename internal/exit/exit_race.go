//go:build race && linux

// Package exit ends processes that have used XLA.
package exit

import "syscall"

// Exit ends the process by the system's exit. The race detector would end it by C's, whose handlers XLA's plugin does
// not survive ("double free"; a process without the detector never gets there). Tests have told of their races before.
func Exit(code int) {
	syscall.RawSyscall(syscall.SYS_EXIT_GROUP, uintptr(code), 0, 0)
}
