// Package enginetest runs tests on both engines, XLA and pure Go.
package enginetest

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Each runs a test on XLA and on the pure-Go engine. The test fails if there is no XLA plugin.
func Each(t *testing.T, test func(t *testing.T, engine compute.Backend)) {
	t.Run("xla", func(t *testing.T) { test(t, XLA(t)) })
	t.Run("go", func(t *testing.T) { test(t, PureGo(t)) })
}

// XLA returns the XLA engine. Its plugin is the one that PJRT_PLUGIN_LIBRARY_PATH names, or that of
// the set-up. The test fails if there is none.
func XLA(t testing.TB) compute.Backend {
	t.Helper()
	return open(t, "XLA: is everything set up? (make test)", newXLA)
}

// PureGo returns the pure-Go engine.
func PureGo(t testing.TB) compute.Backend {
	t.Helper()
	return open(t, "the pure-Go engine", newPureGo)
}

// XLAWithDevices returns XLA with a number of devices.
func XLAWithDevices(t testing.TB, devices int) compute.Backend {
	t.Helper()
	XLA(t) // Fails with advice if the plugin is missing.
	withDevices := func() (compute.Backend, error) { return backend.WithDevices(devices) }
	return open(t, "XLA", func() (compute.Backend, error) {
		return configured(xlaConfig(), withDevices)
	})
}

// open creates an engine, and fails the test if that is impossible.
func open(t testing.TB, what string, newEngine func() (compute.Backend, error)) compute.Backend {
	t.Helper()
	engine, err := newEngine()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return engine
}

var newPureGo = sync.OnceValues(func() (compute.Backend, error) {
	return configured("go", backend.New)
})

var newXLA = sync.OnceValues(func() (compute.Backend, error) {
	return configured(xlaConfig(), backend.New)
})

// xlaConfig returns the value of GOMLX_BACKEND that selects XLA. A test run by hand, without the
// Makefile's environment, finds the set-up's plugin too.
func xlaConfig() string {
	if _, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH"); !set {
		_, file, _, _ := runtime.Caller(0)
		plugin := filepath.Join(filepath.Dir(file), "../../.local/lib/pjrt_c_api_cpu_plugin.so")
		if _, err := os.Stat(plugin); err == nil {
			return "xla:" + filepath.Clean(plugin)
		}
	}
	return "xla"
}

// configured calls open with GOMLX_BACKEND set to config.
func configured(config string, open func() (compute.Backend, error)) (compute.Backend, error) {
	before, set := os.LookupEnv(compute.ConfigEnvVar)
	defer func() {
		if set {
			os.Setenv(compute.ConfigEnvVar, before)
		} else {
			os.Unsetenv(compute.ConfigEnvVar)
		}
	}()
	os.Setenv(compute.ConfigEnvVar, config)
	return open()
}
