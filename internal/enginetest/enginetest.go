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

// Each runs a test on XLA and on the pure-Go engine. It fails where XLA can't be had.
func Each(t *testing.T, test func(t *testing.T, engine compute.Backend)) {
	t.Run("xla", func(t *testing.T) { test(t, XLA(t)) })
	t.Run("go", func(t *testing.T) { test(t, PureGo(t)) })
}

// XLA is the XLA engine: with the plugin that the environment names, or else the one of the set-up.
func XLA(t testing.TB) compute.Backend {
	t.Helper()
	return open(t, "XLA: is everything set up? (make test)", newXLA)
}

// PureGo is the pure-Go engine.
func PureGo(t testing.TB) compute.Backend {
	t.Helper()
	return open(t, "the pure-Go engine", newPureGo)
}

// XLAWithDevices is XLA with so many devices.
func XLAWithDevices(t testing.TB, devices int) compute.Backend {
	t.Helper()
	XLA(t) // It says where the plugin is if it is missing.
	return open(t, "XLA", func() (compute.Backend, error) {
		return configured(xlaConfig(), func() (compute.Backend, error) { return backend.WithDevices(devices) })
	})
}

func open(t testing.TB, what string, newEngine func() (compute.Backend, error)) compute.Backend {
	t.Helper()
	engine, err := newEngine()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return engine
}

var newPureGo = sync.OnceValues(func() (compute.Backend, error) { return configured("go", backend.New) })

var newXLA = sync.OnceValues(func() (compute.Backend, error) { return configured(xlaConfig(), backend.New) })

// xlaConfig is what GOMLX_BACKEND would be.
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

// configured opens an engine with GOMLX_BACKEND set.
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
