// Package enginetest runs tests on both engines, XLA and pure Go.
package enginetest

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Each runs a test on XLA and on the pure-Go engine, as the subtests "xla" and "go". Without XLA
// the subtest "xla" ends as [XLA] says. With -short, Each leaves XLA out, because compiling takes
// long.
func Each(t *testing.T, test func(t *testing.T, engine compute.Backend)) {
	if !testing.Short() {
		t.Run("xla", func(t *testing.T) { test(t, XLA(t)) })
	}
	t.Run("go", func(t *testing.T) { test(t, PureGo(t)) })
}

// Long skips a test that takes many seconds if -short is set.
func Long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("a long test: run it without -short")
	}
}

// XLA returns the XLA engine, which all tests of the process share. If XLA can't be opened, the
// test fails on Linux x86-64, where the set-up installs a plugin, and is skipped elsewhere.
func XLA(t testing.TB) compute.Backend {
	t.Helper()
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		if _, err := newXLA(); err != nil {
			t.Skipf("XLA can't be opened, and the set-up has no plugin for this platform: %v", err)
		}
	}
	return open(t, "XLA (`make setup` installs its plugin)", newXLA)
}

// PureGo returns the pure-Go engine, which all tests of the process share.
func PureGo(t testing.TB) compute.Backend {
	t.Helper()
	return open(t, "the pure-Go engine", newPureGo)
}

// XLAWithDevices opens an XLA engine with the given number of devices. If it can't be opened, the
// test ends with an error.
func XLAWithDevices(t testing.TB, devices int) compute.Backend {
	t.Helper()
	XLA(t) // Its error says how to install a missing plugin.
	return open(t, fmt.Sprintf("XLA with %d devices", devices), func() (compute.Backend, error) {
		return withConfig("xla", func() (compute.Backend, error) {
			return backend.WithDevices(devices)
		})
	})
}

// open calls newEngine, and ends the test if it returns an error.
func open(t testing.TB, name string, newEngine func() (compute.Backend, error)) compute.Backend {
	t.Helper()
	engine, err := newEngine()
	if err != nil {
		t.Fatalf("opening %s: %v", name, err)
	}
	return engine
}

var newPureGo = sync.OnceValues(func() (compute.Backend, error) {
	return withConfig("go", backend.New)
})

var newXLA = sync.OnceValues(func() (compute.Backend, error) {
	return withConfig("xla", backend.New)
})

// withConfig opens an engine while GOMLX_BACKEND has the given value.
func withConfig(config string, newEngine func() (compute.Backend, error)) (compute.Backend, error) {
	before, set := os.LookupEnv(compute.ConfigEnvVar)
	defer func() {
		if set {
			os.Setenv(compute.ConfigEnvVar, before)
		} else {
			os.Unsetenv(compute.ConfigEnvVar)
		}
	}()
	os.Setenv(compute.ConfigEnvVar, config)
	return newEngine()
}
