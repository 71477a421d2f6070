//go:build linux

package anywhere_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// workshop is a folder with a checkout that was set up once, from which the tests copy. Copies are
// layers over it, which take no time to make.
type workshop struct {
	dir       string
	finished  string        // The checkout.
	wheels    string        // The Python packages of the set-up, so that they are downloaded once.
	layers    int           // So many copies were made.
	variables []string      // The environment of a user without any settings.
	took      time.Duration // The set-up of the checkout.
	err       error
}

// started is the workshop, which the first test of a checkout opens.
var started *workshop

// openWorkshop sets up a checkout of the repository's newest commit. Go's caches are those of the
// test.
var openWorkshop = sync.OnceValue(func() *workshop {
	w := &workshop{}
	started = w
	w.err = func() (err error) {
		if w.dir, err = os.MkdirTemp("", "anywhere-"); err != nil {
			return err
		}
		w.wheels, w.finished = filepath.Join(w.dir, "wheels"), filepath.Join(w.dir, "finished")
		settings := map[string]string{}
		for _, name := range []string{"GOROOT", "GOMODCACHE", "GOCACHE"} {
			if settings[name], err = output("go", "env", name); err != nil {
				return err
			}
		}
		// The interpreter behind virtual environments and scripts that choose one.
		python, err := output("python3", "-c",
			"import os, sys; print(os.path.realpath(sys._base_executable))")
		if err != nil {
			return err
		}
		root, err := output("git", "rev-parse", "--show-toplevel")
		if err != nil {
			return err
		}
		w.variables = []string{
			"PATH=" + settings["GOROOT"] + "/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"HOME=" + filepath.Join(w.dir, "home"),
			"LANG=C.UTF-8",
			"PYTHON=" + python,
			"GOMODCACHE=" + settings["GOMODCACHE"],
			"GOCACHE=" + settings["GOCACHE"],
			"GOPROXY=off", // What go.mod names is in the cache already.
			"PIP_NO_INDEX=1",
			"PIP_FIND_LINKS=" + w.wheels,
		}
		for _, command := range [][]string{
			{"mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", w.dir}, // Faster than disks.
			{"mkdir", filepath.Join(w.dir, "home")},
			{python, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
				"--dest", w.wheels, "--requirement", filepath.Join(root, "requirements.txt")},
			{"git", "clone", "--quiet", root, filepath.Join(w.dir, "checkout")},
		} {
			if _, err := output(command[0], command[1:]...); err != nil {
				return err
			}
		}
		start := time.Now()
		first := checkout{w, filepath.Join(w.dir, "checkout")}
		out, err := first.command(context.Background(), nil, nil, "make", "setup").CombinedOutput()
		if err != nil {
			return fmt.Errorf("make setup: %w\n%s", err, out)
		}
		w.took = time.Since(start)
		return os.Rename(first.dir, w.finished)
	}()
	return w
})

// closeWorkshop removes the workshop.
func closeWorkshop() {
	if started != nil {
		exec.Command("umount", "--lazy", started.dir).Run()
		os.Remove(started.dir)
	}
}

// output runs a command and returns its standard output without spaces around it.
func output(name string, arguments ...string) (string, error) {
	var out, errs strings.Builder
	command := exec.Command(name, arguments...)
	command.Stdout, command.Stderr = &out, &errs
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s",
			name, strings.Join(arguments, " "), err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}

// checkout is a copy of the repository.
type checkout struct {
	*workshop
	dir string
}

// newCheckout returns a checkout that is set up, in the folder of this name until the test ends.
// The set-up was done in a folder called checkout.
func newCheckout(t *testing.T, name string) checkout {
	t.Helper()
	w := openWorkshop()
	if w.err != nil {
		t.Fatal(w.err)
	}
	dir := filepath.Join(w.dir, name)
	w.layers++
	layer := filepath.Join(w.dir, fmt.Sprint("layer-", w.layers))
	run(t, "mkdir", "-p", dir, layer+"/upper", layer+"/work")
	run(t, "mount", "-t", "overlay", "overlay", "-o",
		"lowerdir="+w.finished+",upperdir="+layer+"/upper,workdir="+layer+"/work", dir)
	t.Cleanup(func() {
		run(t, "umount", "--lazy", dir)
		run(t, "rm", "-rf", layer)
	})
	return checkout{w, dir}
}

// path returns the path of a name in the checkout.
func (c checkout) path(name string) string { return filepath.Join(c.dir, name) }

// command returns a command that runs in the checkout, behind a prefix such as taskset. The
// variables NAME=value replace those of a user without settings; NAME removes one.
func (c checkout) command(
	ctx context.Context, variables, prefix []string, command ...string,
) *exec.Cmd {
	all := slices.Concat(prefix, command)
	process := exec.CommandContext(ctx, all[0], all[1:]...)
	process.Dir = c.dir
	process.WaitDelay = 10 * time.Second
	process.Env = slices.Clone(c.variables)
	for _, variable := range variables {
		name, _, set := strings.Cut(variable, "=")
		process.Env = slices.DeleteFunc(process.Env, func(v string) bool {
			return strings.HasPrefix(v, name+"=")
		})
		if set {
			process.Env = append(process.Env, variable)
		}
	}
	return process
}

// remove removes files and folders, such as the stamp of a step of the set-up, which is done again
// then.
func (c checkout) remove(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		run(t, "rm", "-rf", c.path(name))
	}
}

// write writes a file with this text.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// setUp sets up the checkout, which must succeed, and returns what it prints.
func (c checkout) setUp(t *testing.T, variables, prefix []string) string {
	t.Helper()
	out, err := c.command(t.Context(), variables, prefix, "make", "setup").CombinedOutput()
	t.Logf("make setup:\n%s", out)
	if err != nil {
		saw("%s", shortened(lastLine(string(out))))
		t.Fatalf("make setup: %v", err)
	}
	return string(out)
}

// lastLine returns the last line of a text.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndex(text, "\n")+1:]
}

// executed is what came of a notebook.
type executed struct {
	text    string // What the cells printed.
	figures int
}

// read returns what came of the notebook in a file.
func read(t *testing.T, path string) executed {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var notebook struct {
		Cells []struct {
			Outputs []struct {
				Text json.RawMessage            `json:"text"`
				Data map[string]json.RawMessage `json:"data"`
			} `json:"outputs"`
		} `json:"cells"`
	}
	if err := json.Unmarshal(content, &notebook); err != nil {
		t.Fatal(err)
	}
	var result executed
	for _, cell := range notebook.Cells {
		for _, out := range cell.Outputs {
			var lines []string
			if json.Unmarshal(out.Text, &lines) == nil {
				result.text += strings.Join(lines, "")
			}
			if _, found := out.Data["image/png"]; found {
				result.figures++
			}
		}
	}
	return result
}

const (
	onXLA    = "2 epochs on xla"
	onPureGo = "2 epochs on go"
)

// jupyter is the environment of a Jupyter that knows the checkout's kernel.
func (c checkout) jupyter() string { return "JUPYTER_PATH=" + c.path(".local/jupyter/data") }

// small copies the notebook of the tests to a path.
func (c checkout) small(t *testing.T, path string) string {
	t.Helper()
	run(t, "cp", c.path("internal/anywhere/testdata/small.ipynb"), path)
	return path
}

// runsCells executes the notebook of the tests by nbclient, in the environment that the variables
// and the prefix make. Its cells must run on this engine.
func (c checkout) runsCells(t *testing.T, engine string, variables, prefix []string) executed {
	t.Helper()
	notebook := c.small(t, filepath.Join(t.TempDir(), "small.ipynb"))
	out, err := c.command(t.Context(), append([]string{c.jupyter()}, variables...), prefix,
		c.path(".local/venv/bin/python"), c.path("internal/notebooks/execute.py"),
		notebook, "--output", notebook).CombinedOutput()
	if err != nil {
		saw("%s", shortened(lastLine(string(out))))
		t.Fatalf("the notebook: %v\n%s", err, out)
	}
	return ran(t, engine, notebook)
}

// ran fails the test unless the cells of an executed notebook have run on this engine.
func ran(t *testing.T, engine, notebook string) executed {
	t.Helper()
	result := read(t, notebook)
	t.Logf("the cells printed: %s", result.text)
	if !strings.Contains(result.text, engine) || result.figures != 1 {
		saw("the cells printed %q and drew %d figures", result.text, result.figures)
		t.Fatalf("the cells printed %q and drew %d figures, want %q and 1 figure",
			result.text, result.figures, engine)
	}
	saw("the cells ran: %s", engine)
	return result
}
