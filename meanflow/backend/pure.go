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

// newPureGo opens GoMLX's pure-Go engine with options separated by commas. Unless they set the
// parallelism, it is -1: an operation starts a goroutine instead of waiting for a worker of the
// pool. With the pool's default of two workers per core, all workers can wait for each other, and
// the computation never ends.
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
			return nil, fmt.Errorf("the value of the option %q must be a whole number", option)
		}
	}
	engine, err := gobackend.New(strings.Join(others, ","))
	if err != nil {
		return nil, err
	}
	return engine, setParallelism(engine, parallelism)
}

// setParallelism does what the engine's option "parallelism" does, without printing to standard
// output as the option does (compute v0.1.6). It uses reflection, because other modules can't name
// the engine's type.
func setParallelism(engine compute.Backend, parallelism int) error {
	workers := reflect.ValueOf(engine).Elem().FieldByName("Workers")
	if !workers.IsValid() {
		return fmt.Errorf("the pure-Go engine %T has no workers", engine)
	}
	pool, ok := workers.Interface().(interface{ SetMaxParallelism(int) })
	if !ok {
		return fmt.Errorf("the workers of the pure-Go engine, %s, have no SetMaxParallelism",
			workers.Type())
	}
	pool.SetMaxParallelism(parallelism)
	return nil
}

// IsPureGo reports whether an engine is GoMLX's pure-Go engine.
func IsPureGo(engine compute.Backend) bool {
	return engine.String() == pureGoName
}

// IsCPU reports whether an engine computes on the processor: in pure Go, or by XLA's plugin for
// CPUs.
func IsCPU(engine compute.Backend) bool {
	return IsPureGo(engine) || strings.HasPrefix(engine.DeviceDescription(0), "cpu")
}
