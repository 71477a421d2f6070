// Package backend picks the engine that computes: XLA where there is one, GoMLX's pure-Go engine
// otherwise.
//
// [New] tries, in this order:
//
//  1. what the environment variable GOMLX_BACKEND names ("xla", "xla:/path/to/plugin.so", "go", …):
//     it is obeyed or refused with an error, never replaced by something else;
//  2. an XLA (PJRT) plugin in one of the folders of PJRT_PLUGIN_LIBRARY_PATH or, where that is not
//     set, in the folders that GoMLX installs to;
//  3. GoMLX's own installation of such a plugin, which needs a network and is given two minutes;
//  4. the pure-Go engine, with one line on standard error that says so and how to get XLA.
//
// Built with the tag noxla, or without cgo, only the pure-Go engine is there.
//
// The files: backend.go has the order above, xla.go opens XLA, plugin.go checks a plugin's file
// before it is loaded, pure.go sets up the pure-Go engine.
package backend

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/gomlx/compute"
)

// Default is the engine shared by everything that was not given one: [New], called once.
var Default = sync.OnceValues(New)

// PureGo is GoMLX's pure-Go engine, shared like [Default]. It needs no compiling, so what is
// computed only once is often done sooner there than on XLA.
var PureGo = sync.OnceValues(func() (compute.Backend, error) { return newPureGo("") })

// New opens an engine, chosen as the package's comment says. The error names the variable, the file
// or the engine that is at fault.
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

// maxDevices is more than anybody has: beyond it a number is a slip of the pen.
const maxDevices = 1 << 10

// WithDevices opens XLA with so many devices, for one program to run on all of them. They are found
// as [New] finds XLA; on a CPU they are made up, and share its threads. An engine with fewer
// devices is an error.
func WithDevices(devices int) (engine compute.Backend, err error) {
	if devices < 1 || devices > maxDevices {
		return nil, fmt.Errorf("backend: %d devices, there must be from 1 to %d", devices,
			maxDevices)
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
		return nil, fmt.Errorf("backend: %s has %d devices, not %d", engine.String(),
			engine.NumDevices(), devices)
	}
	return engine, nil
}

// fromConfig opens the engine that a value of GOMLX_BACKEND names, "<engine>" or
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
		err = fmt.Errorf("no engine has this name, the known ones are %s",
			strings.Join(known, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("backend: %s=%q: %w", compute.ConfigEnvVar, config, err)
	}
	return engine, nil
}
