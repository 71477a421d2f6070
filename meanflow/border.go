package meanflow

import (
	"fmt"

	"github.com/gomlx/gomlx/support/exceptions"
)

// catch is the border between the functions that build graphs, which panic, and those that return
// errors.
func catch(run func() error) (err error) {
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
