// Package backend chooses the engine that computes: XLA if it is available, GoMLX's pure-Go engine
// otherwise.
//
// [New] tries, in this order:
//
//  1. the engine that the environment variable GOMLX_BACKEND names ("xla",
//     "xla:/path/to/plugin.so", "go", …): if it can't be opened, New returns an error and tries
//     nothing else;
//  2. an XLA (PJRT) plugin in one of the folders of PJRT_PLUGIN_LIBRARY_PATH or, if that is not
//     set, the plugin that `make setup` installed in the checkout that the program was built from,
//     or one in the folders that GoMLX installs to;
//  3. a plugin that GoMLX downloads and installs, within two minutes;
//  4. the pure-Go engine, with one line on standard error that says why and how to get XLA.
//
// A program built with the tag noxla, or without cgo, has the pure-Go engine only.
//
// The files: backend.go implements the order above, xla.go opens XLA, plugin.go checks a plugin's
// file before it is loaded, load_posix.go loads it, pure.go opens the pure-Go engine,
// memory_linux.go controls what the C library does with freed memory.
package backend

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/gomlx/compute"
)

// Default returns the engine that trainings and models without an engine of their own share. It
// calls [New] once.
var Default = sync.OnceValues(New)

// PureGo returns GoMLX's pure-Go engine, shared like [Default]. It compiles nothing, so a graph
// that runs only once often finishes sooner than on XLA.
var PureGo = sync.OnceValues(func() (compute.Backend, error) { return newPureGo("") })

// New opens an engine, in the order that the package comment lists. The error names the environment
// variable, the file or the engine that failed.
func New() (compute.Backend, error) {
	if config, set := os.LookupEnv(compute.ConfigEnvVar); set {
		return fromConfig(config, 1)
	}
	engine, err := findXLA(1)
	if err == nil {
		return engine, nil
	}
	fmt.Fprintf(os.Stderr, "meanflow: computing in pure Go, about ten times slower than XLA "+
		"(%v); to get XLA: %s\n", err, howToGetXLA)
	return PureGo()
}

// maxDevices is the largest accepted number of devices. A larger number is a typing error.
const maxDevices = 1 << 10

// WithDevices opens XLA with the given number of devices, from 1 to 1,024, on which one program
// runs. It finds the engine as [New] does, but does not fall back to pure Go. On a CPU the devices
// are simulated and share its threads. WithDevices returns an error if the engine has fewer
// devices.
func WithDevices(devices int) (engine compute.Backend, err error) {
	if devices < 1 || devices > maxDevices {
		return nil, fmt.Errorf("backend: the number of devices is %d, it must be from 1 to %d",
			devices, maxDevices)
	}
	if config, set := os.LookupEnv(compute.ConfigEnvVar); set {
		engine, err = fromConfig(config, devices)
	} else {
		engine, err = findXLA(devices)
	}
	if err != nil {
		return nil, err
	}
	if engine.NumDevices() < devices {
		return nil, fmt.Errorf("backend: the engine %s has %d devices, not %d",
			engine.String(), engine.NumDevices(), devices)
	}
	return engine, nil
}

// fromConfig opens the engine that config, a value of GOMLX_BACKEND, names: "<engine>" or
// "<engine>:<options>".
func fromConfig(config string, devices int) (compute.Backend, error) {
	name, options, _ := strings.Cut(config, ":")
	var engine compute.Backend
	var err error
	switch {
	case slices.Contains(xlaNames, name):
		engine, err = newXLA(options, devices)
	case name == pureGoName:
		engine, err = newPureGo(options)
	case slices.Contains(compute.List(), name):
		engine, err = compute.NewWithConfig(config)
	default:
		known := compute.List()
		slices.Sort(known)
		err = fmt.Errorf("no engine has this name; the known names are %s",
			strings.Join(known, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("backend: %s=%q: %w", compute.ConfigEnvVar, config, err)
	}
	return engine, nil
}
