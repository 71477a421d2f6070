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

// installTimeout is how long GoMLX's installation of an XLA plugin may take.
var installTimeout = 2 * time.Minute

var (
	xlaNames    = []string{xla.BackendName, "stablehlo", "hlo", "shlo"}
	howToGetXLA = "run `make lab` or `make test` in the repository, or set " +
		pjrt.PJRTPluginPathsEnv + " to the folder of a PJRT plugin"
)

// findXLA opens XLA with a plugin that is there, or else with the one that GoMLX installs.
func findXLA(devices int) (compute.Backend, error) {
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

// newXLA opens XLA as the options of GOMLX_BACKEND say: the name or the absolute path of a plugin,
// then go-xla's own options, all optional and separated by commas.
func newXLA(options string, devices int) (compute.Backend, error) {
	plugin, _, _ := strings.Cut(options, ",")
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

// openXLA starts XLA on a plugin that is there already: checked, and never installed here.
func openXLA(options string, devices int) (compute.Backend, error) {
	xla.EnableAutoInstall(false)
	var engine *xla.Backend
	var err error
	// go-xla panics, for instance, on a shared library that can't be loaded.
	if panicked := exceptions.TryCatch[error](func() {
		// Left to itself, XLA's CPU plugin makes up several devices, and splits its threads among
		// them.
		engine, err = xla.NewWithOptions(options,
			pjrt.NamedValuesMap{"cpu_device_count": int64(devices)})
		if err != nil { // A plugin for something else than CPUs doesn't know that option.
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

// install runs GoMLX's installer under a time limit. Where the limit strikes, the installer is left
// behind: it has no way to be stopped.
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

// innermost is what went wrong at first, without the trail of what that made fail.
func innermost(err error) error {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err
}
