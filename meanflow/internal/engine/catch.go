// Package engine runs graphs. [Loop] runs many steps in one call, [InChunks] runs a graph on any
// number of rows, [DrawOnce] draws random numbers, and [Catch] turns the panics of functions that
// build graphs into errors. The package knows nothing about models and trainings.
package engine

import (
	"fmt"

	"github.com/gomlx/gomlx/support/exceptions"
)

// Catch calls run and returns its error, or the panic of a function that builds graphs as an error.
func Catch(run func() error) (err error) {
	thrown := exceptions.Try(func() { err = run() })
	switch thrown := thrown.(type) {
	case nil:
		return err
	case error:
		return thrown
	default:
		return fmt.Errorf("%v", thrown)
	}
}
