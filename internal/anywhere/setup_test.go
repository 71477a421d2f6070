//go:build linux

package anywhere_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Steps of the set-up that a test does again, by their stamps and what they leave.
var (
	goSteps = []string{
		".local/tools", ".local/bin/gonb", ".local/modules", ".local/workspace", ".local/kernel",
		".local/jupyter",
	}
	pythonSteps = []string{".local/python", ".local/venv", ".local/lib", ".local/kernel"}
)

const noEffect = "no effect: set up, the cells run"

// The set-up and a notebook run in environments that other projects, administrators and operating
// systems make.
func TestSetUp(t *testing.T) {
	hostile(t)
	in(t, "a clone, nothing set up", func(t *testing.T) {
		observe(t, "set up, the cells run")
		c := newCheckout(t, "checkout")
		saw("set up in %.0f seconds", c.took.Seconds())
		c.runsCells(t, onXLA, nil, nil)
	})
	for _, test := range []struct {
		name      string
		again     []string // Steps to do again.
		variables []string
	}{
		{"GOFLAGS=-mod=mod", goSteps, []string{"GOFLAGS=-mod=mod"}},
		{"GOFLAGS=-mod=vendor -tags=noxla", goSteps, []string{"GOFLAGS=-mod=vendor -tags=noxla"}},
		{"GOWORK=off", goSteps, []string{"GOWORK=off"}},
		{"GOWORK of another project", goSteps, []string{"GOWORK=/nowhere/go.work"}},
		{"GO111MODULE=off", goSteps, []string{"GO111MODULE=off"}},
		{"GOTOOLCHAIN=local", goSteps, []string{"GOTOOLCHAIN=local"}},
		{"GOTOOLCHAIN of an old Go", goSteps, []string{"GOTOOLCHAIN=go1.21.0"}},
		{"GOOS, GOARCH and CGO_ENABLED exported", goSteps, []string{
			"GOOS=windows", "GOARCH=arm64", "CGO_ENABLED=0",
		}},
		{"GOPATH, GOBIN and GOTMPDIR exported", goSteps, []string{
			"GOPATH=/nowhere", "GOBIN=/nowhere/bin", "GOTMPDIR=/nowhere/tmp",
		}},
		{"PYTHONPATH, PYTHONHOME and VIRTUAL_ENV exported", pythonSteps, []string{
			"PYTHONPATH=/nowhere", "PYTHONHOME=/nowhere", "VIRTUAL_ENV=/nowhere",
		}},
		{"PIP_USER, PIP_TARGET and PIP_PREFIX exported", pythonSteps, []string{
			"PIP_USER=1", "PIP_TARGET=/nowhere", "PIP_PREFIX=/nowhere", "PIP_REQUIRE_VIRTUALENV=1",
		}},
		{"TMPDIR that is not there", goSteps, []string{"TMPDIR=/nowhere/tmp"}},
		{"HOME unset", goSteps, []string{"HOME"}},
		{"LANG=C, LC_ALL=POSIX", goSteps, []string{"LANG=C", "LC_ALL=POSIX"}},
	} {
		in(t, test.name, func(t *testing.T) {
			observe(t, noEffect)
			c := newCheckout(t, "checkout")
			c.remove(t, test.again...)
			c.setUp(t, test.variables, nil)
			// Without make, no Python starts in this home.
			c.runsCells(t, onXLA, slices.DeleteFunc(test.variables, func(variable string) bool {
				return strings.HasPrefix(variable, "PYTHONHOME=")
			}), nil)
		})
	}
	in(t, "a go.work in a parent folder", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "parent/checkout")
		write(t, filepath.Join(c.workshop.dir, "parent/go.work"), "go 1.99\n\nuse ./other\n")
		c.setUp(t, nil, nil)
		c.runsCells(t, onXLA, nil, nil)
	})
	in(t, "pip.conf that installs elsewhere", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		file := filepath.Join(t.TempDir(), "pip.conf")
		write(t, file, "[global]\nuser = true\n[install]\ntarget = /nowhere\n")
		c.remove(t, pythonSteps...)
		variables := []string{"PIP_CONFIG_FILE=" + file}
		c.setUp(t, variables, nil)
		c.runsCells(t, onXLA, variables, nil)
	})
	in(t, "TMPDIR on a noexec mount", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		dir := t.TempDir()
		run(t, "mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", dir)
		t.Cleanup(func() { run(t, "umount", "--lazy", dir) })
		c.remove(t, goSteps...)
		c.setUp(t, []string{"TMPDIR=" + dir}, nil)
		c.runsCells(t, onXLA, []string{"TMPDIR=" + dir}, nil)
	})
	in(t, "HOME that is read-only", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		dir := t.TempDir()
		run(t, "mount", "-t", "tmpfs", "-o", "ro", "tmpfs", dir)
		t.Cleanup(func() { run(t, "umount", "--lazy", dir) })
		c.remove(t, append(goSteps, pythonSteps...)...)
		c.setUp(t, []string{"HOME=" + dir}, nil)
		c.runsCells(t, onXLA, []string{"HOME=" + dir}, nil)
	})
	in(t, "umask 077", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		prefix := []string{"sh", "-c", `umask 077; exec "$0" "$@"`}
		c.remove(t, append(goSteps, pythonSteps...)...)
		c.setUp(t, nil, prefix)
		c.runsCells(t, onXLA, nil, prefix)
	})
	in(t, "no network", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		prefix := []string{"unshare", "--net", "sh", "-c", `ip link set lo up; exec "$0" "$@"`}
		if out := c.setUp(t, nil, prefix); out != "" {
			t.Errorf("a set-up that is done prints %q", out)
		}
		c.runsCells(t, onXLA, nil, prefix)
	})
	in(t, "a clone made with core.autocrlf", func(t *testing.T) {
		observe(t, noEffect)
		c := newCheckout(t, "checkout")
		clone := checkout{c.workshop, filepath.Join(c.workshop.dir, "crlf")}
		run(t, "git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf", "clone", "--quiet",
			c.dir, clone.dir)
		t.Cleanup(func() { os.RemoveAll(clone.dir) })
		// Files that are older than .local are as it was made from.
		run(t, "sh", "-c", `find "$0" -exec touch --date=2020-01-01 {} +`, clone.dir)
		run(t, "cp", "-a", c.path(".local"), clone.path(".local"))
		clone.setUp(t, nil, nil)
		clone.runsCells(t, onXLA, nil, nil)
	})
	for _, name := range []string{
		"a path with spaces", "a pàth with ünïcode 模型", "a, path, with, commas",
		"a path with 'quotes' & #, ;, %, (), é", strings.Repeat("a long path ", 15) + "end",
	} {
		in(t, "moved to "+name, func(t *testing.T) {
			observe(t, "named again in one line, the cells run")
			c := newCheckout(t, name)
			c.setUp(t, nil, nil)
			if out := c.setUp(t, nil, nil); out != "" {
				t.Errorf("the second set-up prints %q", out)
			}
			c.runsCells(t, onXLA, nil, nil)
		})
	}
}

// The set-up does again what was lost or damaged, and nothing more.
func TestSetUpHeals(t *testing.T) {
	hostile(t)
	c := newCheckout(t, "checkout")
	for _, test := range []struct{ damage, name string }{
		{"rm -rf", ".local/bin"},
		{"rm", ".local/bin/gonb"},
		{"truncate -s 1000", ".local/bin/gonb"},
		{"rm -rf", ".local/venv"},
		{"truncate -s 1000", ".local/lib/pjrt_c_api_cpu_plugin.so"},
		{"rm -rf", ".local/lib"},
		{"rm -rf", ".local/workspace"},
		{"rm -rf", ".local/module"},
		{"rm -rf", ".local/kernel-bin"},
		{"chmod a-x", ".local/kernel-bin/start-kernel"},
		{"rm -rf", ".local/jupyter"},
		{"truncate -s 100", ".local/jupyter/data/kernels/gonb/kernel.json"},
		{"rm -rf", ".local/tmp"},
		{"rm -rf", "notebooks/data/mnist"},
		{"truncate -s 1000", "notebooks/data/mnist/train-images-idx3-ubyte.gz"},
	} {
		in(t, test.damage+" "+test.name, func(t *testing.T) {
			observe(t, "mended in one make")
			run(t, "sh", "-c", test.damage+` "$0"`, c.path(test.name))
			out := c.setUp(t, nil, nil)
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "Setting up again") {
					saw("%s", shortened(line))
				}
			}
			if _, err := os.Stat(c.path(test.name)); err != nil {
				t.Error(err)
			}
			if out := c.setUp(t, nil, nil); out != "" {
				t.Errorf("the second set-up prints %q", out)
			}
		})
	}
	in(t, "after all of this", func(t *testing.T) {
		observe(t, "the cells run")
		c.runsCells(t, onXLA, nil, nil)
	})
}

// Where the set-up can do nothing, it says why, and does not blame the network for it.
func TestSetUpSaysWhy(t *testing.T) {
	hostile(t)
	empty := func(c checkout, t *testing.T) []string { // Caches that have nothing.
		return []string{"GOMODCACHE=" + t.TempDir(), "GOFLAGS=-modcacherw",
			"GOPROXY=https://proxy.golang.org"}
	}
	for _, test := range []struct {
		name, want string
		again      []string
		prefix     []string
		prepare    func(checkout, *testing.T) []string // Returns variables.
	}{
		{"a compile error", "datasets/wrong.go:3:", []string{".local/modules"}, nil,
			func(c checkout, t *testing.T) []string {
				write(t, c.path("datasets/wrong.go"), "package datasets\n\nfunc wrong() int {}\n")
				return nil
			}},
		{"a full disk", "the disk is full", []string{".local/tools", ".local/bin/gonb"}, nil,
			func(c checkout, t *testing.T) []string {
				run(t, "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", c.path(".local/bin"))
				t.Cleanup(func() { run(t, "umount", "--lazy", c.path(".local/bin")) })
				return nil
			}},
		{"a proxy that refuses", "the proxy that HTTPS_PROXY names refuses", goSteps, nil,
			func(c checkout, t *testing.T) []string {
				return append(empty(c, t), "HTTPS_PROXY=http://127.0.0.1:1")
			}},
		{"no network, nothing downloaded", "the network failed three times", goSteps,
			[]string{"unshare", "--net"}, empty},
		{"a Go that is too old", "Missing: Go 1.99", nil, nil,
			func(c checkout, t *testing.T) []string {
				run(t, "sed", "-i", "s/^go 1.*/go 1.99.0/", c.path("go.mod"))
				return []string{"GOTOOLCHAIN=local"}
			}},
		{"no Go on the PATH", "Missing: Go ", nil, nil,
			func(checkout, *testing.T) []string { return []string{"PATH=/usr/bin:/bin"} }},
		{"no Python", "Missing: Python ", nil, nil,
			func(checkout, *testing.T) []string { return []string{"PYTHON=/nowhere/python3"} }},
		{"a CA that is not there", "which can't be read", nil, nil,
			func(checkout, *testing.T) []string { return []string{"CA=/nowhere/company.pem"} }},
		{"a folder that is read-only", "read-only", nil, nil,
			func(c checkout, t *testing.T) []string {
				run(t, "mount", "-o", "remount,ro", c.dir)
				return nil
			}},
		{"a folder that runs no programs (noexec)", "noexec", nil, nil,
			func(c checkout, t *testing.T) []string {
				run(t, "mount", "-o", "remount,noexec", c.dir)
				return nil
			}},
	} {
		in(t, test.name, func(t *testing.T) {
			observe(t, "says why")
			c := newCheckout(t, "checkout")
			c.remove(t, test.again...)
			variables := test.prepare(c, t)
			command := c.command(t.Context(), variables, test.prefix, "make", "setup")
			out, err := command.CombinedOutput()
			t.Logf("make setup:\n%s", out)
			if err == nil {
				t.Error("make setup succeeds")
			}
			for line := range strings.Lines(string(out)) {
				if strings.Contains(line, test.want) {
					saw("%s", shortened(line))
					return
				}
			}
			saw("%s", shortened(lastLine(string(out))))
			t.Errorf("make setup doesn't say %q", test.want)
		})
	}
	for _, test := range []struct{ name, want string }{
		{"a:colon", "has a colon"},
		{"the $HOME of `make`", "which shells replace"},
	} {
		in(t, "a path like "+test.name, func(t *testing.T) {
			observe(t, "says why")
			c := newCheckout(t, test.name)
			out, err := c.command(t.Context(), nil, nil, "make", "setup").CombinedOutput()
			saw("%s", shortened(strings.Split(string(out), "\n")[0]))
			if err == nil || !strings.Contains(string(out), test.want) {
				t.Errorf("make setup: %v: %s", err, out)
			}
		})
	}
}
