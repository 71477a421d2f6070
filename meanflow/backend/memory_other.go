//go:build !cgo || noxla || !linux

package backend

// KeepMemory does nothing here: it changes glibc's allocator, which XLA uses on Linux only.
func KeepMemory() {}

// ReturnMemory does nothing here: see [KeepMemory].
func ReturnMemory() {}
