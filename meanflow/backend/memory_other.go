//go:build !cgo || noxla || !linux

package backend

// KeepMemory has an effect on Linux only, where XLA's memory comes from glibc.
func KeepMemory() {}

// ReturnMemory has an effect on Linux only, where XLA's memory comes from glibc.
func ReturnMemory() {}
