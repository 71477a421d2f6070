// Package engine runs graphs: many steps in one call ([Loop]), and panics of graph-building
// functions made errors ([Catch]). It knows GoMLX, and nothing of models and trainings.
package engine

import (
	"fmt"

	"github.com/gomlx/gomlx/support/exceptions"
)

// Catch is the border between functions that build graphs, which panic, and those that return
// errors.
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
