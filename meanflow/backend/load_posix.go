//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64))

package backend

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

// load_library returns NULL, or what the loader says. The library stays loaded.
static const char *load_library(const char *path) {
	return dlopen(path, RTLD_LAZY | RTLD_LOCAL) ? NULL : dlerror();
}
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// loadPlugin loads a plugin before go-xla does, which goes on without one that can't be loaded, and
// panics. A plugin for another C library can't be loaded, such as glibc's on Alpine Linux.
func loadPlugin(path string) error {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	message := C.load_library(name)
	if message == nil {
		return nil
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(C.GoString(message), path+": "), "\n")
	return fmt.Errorf("XLA plugin %s: this system can't load it: %s", path, first)
}
