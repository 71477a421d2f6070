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

// The names that go-xla looks for in a folder of plugins.
var pluginPatterns = []string{"pjrt_c_api_*_plugin", "pjrt-plugin-*", "pjrt_plugin_*"}

// pluginFolders lists where a plugin is looked for: the folders of PJRT_PLUGIN_LIBRARY_PATH, or
// where that is not set those that GoMLX installs to.
func pluginFolders() []string {
	if path, set := os.LookupEnv("PJRT_PLUGIN_LIBRARY_PATH"); set {
		return slices.DeleteFunc(strings.Split(path, ":"),
			func(folder string) bool { return folder == "" })
	}
	parents := []string{"/usr/local/lib"}
	if home, err := os.UserHomeDir(); err == nil {
		parents = []string{filepath.Join(home, ".local/lib"),
			filepath.Join(home, "Library/Application Support"), "/usr/local/lib"}
	}
	var folders []string
	for _, parent := range parents {
		folders = append(folders, filepath.Join(parent, "go-xla"),
			filepath.Join(parent, "go-xla/nvidia"))
	}
	return folders
}

// checkPlugins says whether there is a plugin in one of the folders, and fails if any file there
// that bears a plugin's name is not one, since go-xla loads all of them.
func checkPlugins(folders []string) (found bool, err error) {
	for _, folder := range folders {
		for _, pattern := range pluginPatterns {
			files, err := filepath.Glob(filepath.Join(folder, pattern+sharedLibrary()))
			if err != nil {
				return false, fmt.Errorf("looking for an XLA plugin in %s: %w", folder, err)
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

func sharedLibrary() string {
	switch runtime.GOOS {
	case "darwin":
		return ".dylib"
	case "windows":
		return ".dll"
	}
	return ".so"
}

var elfMachines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}

// checkPlugin reads a plugin's file before the system's loader does: to that one a file that was
// cut short is a fault that ends the process.
func checkPlugin(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("XLA plugin: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("XLA plugin %s: not a file", path)
	}
	if runtime.GOOS != "linux" {
		return nil // Only ELF files are looked into.
	}
	library, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("XLA plugin %s: not a shared library, or cut short: %w", path, err)
	}
	defer library.Close()
	if want := elfMachines[runtime.GOARCH]; library.Machine != want {
		return fmt.Errorf("XLA plugin %s: made for %v, this machine is %v", path, library.Machine,
			want)
	}
	for _, part := range library.Progs {
		if end := part.Off + part.Filesz; end > uint64(info.Size()) {
			return fmt.Errorf("XLA plugin %s: cut short, %d bytes where at least %d belong", path,
				info.Size(), end)
		}
	}
	symbols, err := library.DynamicSymbols()
	if err != nil {
		return fmt.Errorf("XLA plugin %s: its symbols can't be read: %w", path, err)
	}
	if !slices.ContainsFunc(symbols, func(s elf.Symbol) bool {
		return s.Name == "GetPjrtApi" &&
			s.Section != elf.SHN_UNDEF
	}) {
		return fmt.Errorf("XLA plugin %s: does not export GetPjrtApi, so it is no PJRT plugin",
			path)
	}
	return nil
}
