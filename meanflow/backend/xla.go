//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package backend

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"
	"github.com/gomlx/gomlx/support/exceptions"
)

// installTimeout limits how long GoMLX may take to install an XLA plugin.
var installTimeout = 2 * time.Minute

var (
	xlaNames    = []string{xla.BackendName, "stablehlo", "hlo", "shlo"}
	howToGetXLA = "run `make setup` in the repository, " +
		"or set " + pjrt.PJRTPluginPathsEnv + " to the folder of a PJRT plugin"
)

// findXLA opens XLA with an installed plugin or, if there is none, with one that GoMLX installs.
func findXLA(devices int) (compute.Backend, error) {
	if path := setUpPlugin(); path != "" {
		if err := checkPlugin(path); err != nil {
			return nil, err
		}
		return openXLA(path, devices)
	}
	found, err := checkPlugins(pluginFolders())
	if err != nil {
		return nil, err
	}
	if !found {
		if _, forbidden := os.LookupEnv(xla.NoAutoInstallEnv); forbidden {
			return nil, fmt.Errorf("no XLA plugin in %s, and %s is set",
				strings.Join(pluginFolders(), ", "), xla.NoAutoInstallEnv)
		}
		if err := install(); err != nil {
			return nil, err
		}
	}
	return openXLA("", devices)
}

// newXLA opens XLA with the options of GOMLX_BACKEND, separated by commas: the name or the absolute
// path of a plugin, then go-xla's own options. All are optional.
func newXLA(options string, devices int) (compute.Backend, error) {
	plugin, others, _ := strings.Cut(options, ",")
	if path := setUpPlugin(); path != "" && (plugin == "" || plugin == "cpu") {
		plugin, options = path, strings.TrimSuffix(path+","+others, ",")
	}
	if filepath.IsAbs(plugin) {
		if err := checkPlugin(plugin); err != nil {
			return nil, err
		}
		return openXLA(options, devices)
	}
	found, err := checkPlugins(pluginFolders())
	if err != nil {
		return nil, err
	}
	if _, forbidden := os.LookupEnv(xla.NoAutoInstallEnv); !found && !forbidden {
		if err := install(); err != nil {
			return nil, err
		}
	}
	return openXLA(options, devices)
}

// openXLA starts XLA with an installed plugin, which the caller has checked.
func openXLA(options string, devices int) (compute.Backend, error) {
	xla.EnableAutoInstall(false)
	var engine *xla.Backend
	var err error
	// go-xla panics, for instance, on a shared library that can't be loaded.
	if panicked := exceptions.TryCatch[error](func() {
		// By default XLA's CPU plugin simulates several devices and splits its threads among them.
		count := pjrt.NamedValuesMap{"cpu_device_count": int64(devices)}
		engine, err = xla.NewWithOptions(options, count)
		if err != nil { // Other plugins than the CPU's don't know that option.
			engine, err = xla.NewWithOptions(options, nil)
		}
	}); panicked != nil {
		err = panicked
	}
	if err != nil {
		return nil, fmt.Errorf("XLA does not start: %w", err)
	}
	return engine, nil
}

// install runs GoMLX's installer under a time limit. An installer that exceeds the limit keeps
// running in the background, because it can't be stopped.
func install() error {
	done := make(chan error, 1)
	go func() { done <- installer.AutoInstall("", true, installer.Quiet) }()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("no XLA plugin was found, and GoMLX could not install one: %w",
				innermost(err))
		}
		return nil
	case <-time.After(installTimeout):
		return fmt.Errorf("no XLA plugin was found, and GoMLX did not install one within %v",
			installTimeout)
	}
}

// innermost returns the error at the end of err's chain of wrapped errors, which is one line long.
func innermost(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}
