//go:build race && linux

package enginetest

import (
	"os"
	"syscall"
	"testing"
)

// Main is TestMain of packages whose tests use XLA, under the race detector. That one ends a process by C's exit, whose
// handlers XLA's plugin does not survive ("double free"; a process without the detector never gets there). So this
// ends it by the system's, after all tests have told of the races in them.
func Main(m *testing.M) {
	code := m.Run()
	os.Stdout.Sync()
	syscall.RawSyscall(syscall.SYS_EXIT_GROUP, uintptr(code), 0, 0)
}
