//go:build cgo && !noxla && !linux

package backend

func keepMemory() {}
