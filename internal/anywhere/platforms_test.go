//go:build linux

package anywhere_test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// silent returns the address of a server that takes connections and never answers.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

// goes runs a go command in the repository for a platform, in pure Go, and returns what it prints.
func goes(t *testing.T, platform string, arguments ...string) string {
	t.Helper()
	system, architecture, _ := strings.Cut(platform, "/")
	command := exec.CommandContext(t.Context(), "go", arguments...)
	command.Dir = "../.."
	command.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+architecture, "CGO_ENABLED=0",
		"GOEXPERIMENT=", "GOAMD64=v1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return string(out)
}

// Packages whose tests need no engine, or little of the one in pure Go.
var withoutEngine = []string{
	"./datasets/...", "./plotting", "./meanflow/scale", "./meanflow/internal/snapshot",
	"./meanflow/metrics", "./internal/check", "./internal/exit", "./internal/explain",
}

// Everything compiles for each platform. Emulators run what can be run.
func TestPlatforms(t *testing.T) {
	hostile(t)
	for _, platform := range []string{
		"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "js/wasm",
	} {
		in(t, platform+", without XLA", func(t *testing.T) {
			observe(t, "everything compiles")
			packages := []string{
				"./cmd/...", "./datasets/...", "./meanflow/...", "./plotting/...", "./examples/...",
			}
			goes(t, platform, append([]string{"build", "-tags=noxla"}, packages...)...)
			count := strings.Count(goes(t, platform,
				append([]string{"list", "-tags=noxla"}, packages...)...), "\n")
			saw("%d packages", count)
		})
	}
	in(t, "linux/arm64, emulated", func(t *testing.T) {
		observe(t, "the tests without an engine pass")
		// The tests left out start another program, which this machine's kernel can't run.
		out := goes(t, "linux/arm64", append([]string{"test", "-short", "-vet=off", "-tags=noxla",
			"-skip=TestLockOfAKilledProcess|TestOneWriter|TestKills", "-exec=qemu-aarch64",
		}, withoutEngine...)...)
		t.Log(out)
		saw("the tests of %d packages pass", strings.Count(out, "ok  \t"))
	})
	in(t, "linux/arm64, emulated, a training in pure Go", func(t *testing.T) {
		p := newPlace(t, "trains, saves and loads")
		goes(t, "linux/arm64", "test", "-c", "-tags=noxla", "-o", p.program, "./internal/anywhere")
		training := p.path("training")
		do := task{Train: training, Save: p.path("model"), Load: []string{training}}
		wantOutput(t, p.does(t, do, "qemu-aarch64"), fine, loaded, "saved: error <nil>")
	})
	for _, test := range []struct{ name, engine string }{
		{"linux/amd64 without AVX, emulated, on XLA", "xla"},
		{"linux/amd64 without AVX, emulated, in pure Go with vector instructions", "go"},
	} {
		in(t, test.name, func(t *testing.T) {
			p := newPlace(t, "trains")
			do := task{Train: p.path("training"), Epochs: 2}
			wantOutput(t, p.does(t, do, "env", "GOMLX_BACKEND="+test.engine,
				"qemu-x86_64", "-cpu", "Nehalem"), fine)
		})
	}
	in(t, "that emulator, a program with AVX2", func(t *testing.T) {
		p := newPlace(t, "illegal instruction") // The emulated CPU really has no AVX.
		write(t, p.path("avx.c"), `#include <immintrin.h>
int main(void) {
	volatile __m256i x = _mm256_set1_epi32(1);
	x = _mm256_add_epi32(x, x);
	return 0;
}
`)
		run(t, "gcc", "-mavx2", "-o", p.path("avx"), p.path("avx.c"))
		run(t, "qemu-x86_64", "-cpu", "max", p.path("avx"))
		out, err := exec.Command("qemu-x86_64", "-cpu", "Nehalem", p.path("avx")).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "Illegal instruction") {
			t.Errorf("the program with AVX2 runs: %v: %s", err, out)
		}
		saw("%s", strings.Split(strings.TrimSpace(string(out)), "\n")[0])
	})
	in(t, "musl", func(t *testing.T) {
		p := newPlace(t, "pure Go after one line, no waiting")
		command := exec.Command("go", "test", "-c", "-o", p.program, ".")
		command.Env = append(os.Environ(), "CC=musl-gcc")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		plugin, err := filepath.Abs("../../.local/lib")
		if err != nil {
			t.Fatal(err)
		}
		wantOutput(t, p.does(t, task{Train: p.path("training")}, "env", "--unset=GOMLX_BACKEND",
			"PJRT_PLUGIN_LIBRARY_PATH="+plugin), fine, "computing in pure Go")
	})
	in(t, "a plugin for another C library", func(t *testing.T) {
		p := newPlace(t, "pure Go after one line, no waiting")
		// Like a plugin for glibc on musl: it needs what is not there.
		write(t, p.path("plugin.c"), "extern int no_such_variable;\n"+
			"int *GetPjrtApi(void) { return &no_such_variable; }\n")
		plugin := p.path("lib/pjrt_c_api_cpu_plugin.so")
		if err := os.Mkdir(filepath.Dir(plugin), 0o755); err != nil {
			t.Fatal(err)
		}
		run(t, "gcc", "-shared", "-fPIC", "-o", plugin, p.path("plugin.c"))
		prefix := []string{"env", "--unset=GOMLX_BACKEND", "GOMLX_NO_AUTO_INSTALL=1",
			"PJRT_PLUGIN_LIBRARY_PATH=" + filepath.Dir(plugin)}
		wantOutput(t, p.does(t, task{Train: p.path("training")}, prefix...), fine,
			"computing in pure Go", "undefined symbol: no_such_variable")
	})
}
