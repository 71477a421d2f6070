package backend

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
)

const pureGoName = gobackend.BackendName

// newPureGo opens GoMLX's pure-Go engine with its options, separated by commas. Unless they set its
// parallelism, operations start a goroutine instead of waiting for a worker of the pool (-1): with
// the pool's default of two workers a core every worker can end up waiting for another one, and the
// computation never ends.
func newPureGo(options string) (compute.Backend, error) {
	parallelism := -1
	var others []string
	for option := range strings.SplitSeq(options, ",") {
		value, found := strings.CutPrefix(option, "parallelism=")
		if !found {
			others = append(others, option)
			continue
		}
		var err error
		if parallelism, err = strconv.Atoi(value); err != nil {
			return nil, fmt.Errorf("the option %q must be a whole number", option)
		}
	}
	engine, err := gobackend.New(strings.Join(others, ","))
	if err != nil {
		return nil, err
	}
	return engine, setParallelism(engine, parallelism)
}

// setParallelism does what the option "parallelism" does, which prints to standard output besides
// (compute v0.1.6). The engine's type has no name outside of its module.
func setParallelism(engine compute.Backend, parallelism int) error {
	workers := reflect.ValueOf(engine).Elem().FieldByName("Workers")
	if !workers.IsValid() {
		return fmt.Errorf("the pure-Go engine %T has no workers", engine)
	}
	pool, ok := workers.Interface().(interface{ SetMaxParallelism(int) })
	if !ok {
		return fmt.Errorf("the workers of the pure-Go engine, %s, have no parallelism to set",
			workers.Type())
	}
	pool.SetMaxParallelism(parallelism)
	return nil
}

// IsPureGo says whether an engine is GoMLX's in pure Go.
func IsPureGo(engine compute.Backend) bool {
	return engine.String() == pureGoName
}
