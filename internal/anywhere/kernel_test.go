//go:build linux

package anywhere_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// otherJupyter makes an environment of Python's with a Jupyter that knows no checkout, and returns
// its folder.
func (w *workshop) otherJupyter(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(w.dir, "other")
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	run(t, filepath.Join(w.finished, ".local/venv/bin/python"), "-m", "venv", dir)
	run(t, filepath.Join(dir, "bin/python"), "-m", "pip", "install", "--quiet", "--no-index",
		"--find-links", w.wheels, "nbclient")
	return dir
}

// executes executes the notebook of the tests with the command `jupyter execute` of an environment
// of Python's.
func (c checkout) executes(t *testing.T, environment string, variables ...string) {
	t.Helper()
	notebook := c.small(t, filepath.Join(t.TempDir(), "small.ipynb"))
	out, err := c.command(t.Context(), variables, nil,
		filepath.Join(environment, "bin/jupyter-execute"), "--inplace", notebook).CombinedOutput()
	if err != nil {
		saw("%s", shortened(lastLine(string(out))))
		t.Fatalf("jupyter execute: %v\n%s", err, out)
	}
	ran(t, onXLA, notebook)
}

// memory makes a control group with a limit of memory, and returns the prefix of a command in it.
func memory(t *testing.T, bytes string) []string {
	t.Helper()
	dir, limit := "/sys/fs/cgroup/memory/anywhere", "memory.limit_in_bytes"
	if _, err := os.Stat(filepath.Dir(dir)); err != nil { // Version 2 has no folder for memory.
		dir, limit = "/sys/fs/cgroup/anywhere", "memory.max"
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(dir); err != nil {
			t.Error(err)
		}
	})
	write(t, filepath.Join(dir, limit), bytes)
	return []string{"sh", "-c", `echo $$ >` + dir + `/cgroup.procs; exec "$0" "$@"`}
}

// installsNothing is in the line of a cell that does not wait for GoMLX's installer.
const installsNothing = "GOMLX_NO_AUTO_INSTALL is set); to get XLA: run `make setup`"

// wantOnce fails the test unless the cells have printed the text once: only the first one computes.
func (result executed) wantOnce(t *testing.T, text string) {
	t.Helper()
	if n := strings.Count(result.text, text); n != 1 {
		t.Errorf("the cells printed %q %d times, want it once", text, n)
	}
	for line := range strings.Lines(result.text) {
		if strings.Contains(line, text) {
			saw("%s", shortened(line))
		}
	}
}

// The kernel runs the notebook under any Jupyter, on small machines, and with a damaged engine.
func TestKernel(t *testing.T) {
	hostile(t)
	openWorkshop() // Before the first environment's time begins.
	for _, test := range []struct {
		name      string
		variables []string
		prefix    []string
	}{
		{"the PATH of a desktop, without Go", []string{"PATH=/usr/bin:/bin"}, nil},
		{"an empty PATH", []string{"PATH="}, nil},
		{"no PATH at all", []string{"PATH"}, nil},
		{"one core", nil, []string{"taskset", "--cpu-list", "0"}},
		{"Go's settings of another project", []string{
			"GOFLAGS=-mod=mod", "GOWORK=/nowhere/go.work", "GO111MODULE=off", "GOOS=windows",
			"GOROOT=/nowhere", "GOCACHE=/nowhere", "GOMODCACHE=/nowhere", "GOPATH=/nowhere",
		}, nil},
		{"no variable but HOME, as cron has it", []string{
			"GOMODCACHE", "GOCACHE", "GOPROXY", "LANG", "PATH=/usr/bin:/bin",
		}, nil},
	} {
		in(t, test.name, func(t *testing.T) {
			observe(t, "the cells run")
			newCheckout(t, "checkout").runsCells(t, onXLA, test.variables, test.prefix)
		})
	}
	in(t, "1.5 GB of memory", func(t *testing.T) {
		observe(t, "the cells run")
		newCheckout(t, "checkout").runsCells(t, onXLA, nil, memory(t, "1536000000"))
	})
	in(t, "jupyter execute", func(t *testing.T) {
		observe(t, "the cells run")
		c := newCheckout(t, "checkout")
		c.executes(t, c.path(".local/venv"), c.jupyter())
	})
	in(t, "another Jupyter, by JUPYTER_PATH", func(t *testing.T) {
		observe(t, "the cells run")
		c := newCheckout(t, "checkout")
		c.executes(t, c.otherJupyter(t), c.jupyter())
	})
	in(t, "another Jupyter, after make kernel", func(t *testing.T) {
		observe(t, "says where the kernel is; the cells run")
		c := newCheckout(t, "checkout")
		home := "HOME=" + t.TempDir()
		out, err := c.command(t.Context(), []string{home}, nil, "make", "kernel").CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Your Jupyter has the kernel now") {
			t.Fatalf("make kernel: %v\n%s", err, out)
		}
		c.executes(t, c.otherJupyter(t), home, "PATH=/usr/bin:/bin")
	})
	in(t, "two notebooks at once", func(t *testing.T) {
		observe(t, "the cells of both run")
		c := newCheckout(t, "checkout")
		notebooks := []string{
			c.small(t, filepath.Join(t.TempDir(), "small.ipynb")),
			c.small(t, filepath.Join(t.TempDir(), "small.ipynb")),
		}
		var both sync.WaitGroup
		for _, notebook := range notebooks {
			both.Go(func() {
				out, err := c.command(t.Context(), []string{c.jupyter()}, nil,
					c.path(".local/venv/bin/jupyter-execute"), "--inplace", notebook,
				).CombinedOutput()
				if err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
		both.Wait()
		for _, notebook := range notebooks {
			ran(t, onXLA, notebook)
		}
	})
	in(t, "a checkout that is read-only after the set-up", func(t *testing.T) {
		observe(t, "the cells run")
		c := newCheckout(t, "checkout")
		run(t, "mount", "-o", "remount,ro", c.dir)
		c.runsCells(t, onXLA, nil, nil)
	})
	in(t, "the plugin's folder emptied, no network", func(t *testing.T) {
		observe(t, "pure Go after one line, no waiting")
		c := newCheckout(t, "checkout")
		run(t, "find", c.path(".local/lib"), "-type", "l", "-delete")
		prefix := []string{"unshare", "--net", "sh", "-c", `ip link set lo up; exec "$0" "$@"`}
		c.runsCells(t, onPureGo, nil, prefix).wantOnce(t, installsNothing)
	})
	in(t, "the plugin's folder emptied, a network that never answers", func(t *testing.T) {
		observe(t, "pure Go after one line, no waiting")
		c := newCheckout(t, "checkout")
		run(t, "find", c.path(".local/lib"), "-type", "l", "-delete")
		variables := []string{"HTTPS_PROXY=http://" + silent(t)}
		c.runsCells(t, onPureGo, variables, nil).wantOnce(t, installsNothing)
	})
	in(t, "a plugin that is cut short", func(t *testing.T) {
		observe(t, "pure Go after one line, no waiting")
		c := newCheckout(t, "checkout")
		run(t, "truncate", "-s", "1000000", c.path(".local/lib/pjrt_c_api_cpu_plugin.so"))
		c.runsCells(t, onPureGo, nil, nil).wantOnce(t, "cut short")
	})
}
