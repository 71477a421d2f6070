//go:build !unix

package meanflow

// syncNames does nothing where folders can't be opened.
func syncNames(string) error { return nil }
