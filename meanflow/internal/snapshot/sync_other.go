//go:build !unix

package snapshot

// flushNames does nothing, because this system can't flush folders.
func (*disk) flushNames(string) error { return nil }
