package backend

import (
	"debug/elf"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// pluginPatterns are the file names, without the extension, that go-xla takes for plugins.
var pluginPatterns = []string{"pjrt_c_api_*_plugin", "pjrt-plugin-*", "pjrt_plugin_*"}

// setUpFolder is the folder of the plugin that `make setup` installs in the checkout that this
// program was built from. It is relative if the program was built with -trimpath.
var setUpFolder = func() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "../../.local/lib")
}()

// setUpPlugin returns the path of the plugin that `make setup` installed, or an empty string if
// there is none, or if PJRT_PLUGIN_LIBRARY_PATH says where to look for plugins.
func setUpPlugin() string {
	path := filepath.Join(setUpFolder, "pjrt_c_api_cpu_plugin"+sharedLibrary())
	_, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH")
	if _, err := os.Stat(path); err != nil || set || !filepath.IsAbs(path) {
		return ""
	}
	return path
}

// pluginFolders lists the folders to search for a plugin: those of PJRT_PLUGIN_LIBRARY_PATH or, if
// that is not set, those that GoMLX installs to.
func pluginFolders() []string {
	if path, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH"); set {
		isEmpty := func(folder string) bool { return folder == "" }
		return slices.DeleteFunc(strings.Split(path, ":"), isEmpty)
	}
	var parents []string
	if home, err := os.UserHomeDir(); err == nil {
		parents = append(parents,
			filepath.Join(home, ".local/lib"),
			filepath.Join(home, "Library/Application Support"))
	}
	parents = append(parents, "/usr/local/lib")
	var folders []string
	for _, parent := range parents {
		folders = append(folders,
			filepath.Join(parent, "go-xla"),
			filepath.Join(parent, "go-xla/nvidia"))
	}
	return folders
}

// checkPlugins reports whether one of the folders has a plugin. It checks every file that has a
// plugin's name, because go-xla loads them all, and returns the first error.
func checkPlugins(folders []string) (found bool, err error) {
	for _, folder := range folders {
		for _, pattern := range pluginPatterns {
			files, err := filepath.Glob(filepath.Join(folder, pattern+sharedLibrary()))
			if err != nil {
				return false, fmt.Errorf("searching %s for an XLA plugin: %w", folder, err)
			}
			for _, file := range files {
				if err := checkPlugin(file); err != nil {
					return false, err
				}
				found = true
			}
		}
	}
	return found, nil
}

// sharedLibrary returns the extension of shared libraries on this system.
func sharedLibrary() string {
	switch runtime.GOOS {
	case "darwin":
		return ".dylib"
	case "windows":
		return ".dll"
	}
	return ".so"
}

// elfMachines are the ELF names of the architectures that XLA runs on, by Go's names.
var elfMachines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkPlugin checks a plugin's file before the system's loader maps it, because loading a
// truncated file crashes the process. Then it loads the plugin.
func checkPlugin(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("XLA plugin: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("XLA plugin %s: not a file", path)
	}
	if runtime.GOOS != "linux" {
		return loadPlugin(path) // The other checks are for ELF files.
	}
	library, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("XLA plugin %s: not a shared library, or cut short: %w", path, err)
	}
	defer library.Close()
	if want := elfMachines[runtime.GOARCH]; library.Machine != want {
		return fmt.Errorf("XLA plugin %s: made for %v, but this machine is %v",
			path, library.Machine, want)
	}
	for _, part := range library.Progs {
		if end := part.Off + part.Filesz; end > uint64(info.Size()) {
			return fmt.Errorf("XLA plugin %s: cut short, it has %d bytes instead of at least %d",
				path, info.Size(), end)
		}
	}
	symbols, err := library.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("XLA plugin %s: its symbols can't be read: %w", path, err)
	}
	isEntryPoint := func(s elf.Symbol) bool {
		return s.Name == "GetPjrtApi" && s.Section != elf.SHN_UNDEF
	}
	if !slices.ContainsFunc(symbols, isEntryPoint) {
		return fmt.Errorf("XLA plugin %s: not a PJRT plugin, it does not export GetPjrtApi", path)
	}
	return loadPlugin(path)
}
