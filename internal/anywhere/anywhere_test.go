//go:build linux

// Package anywhere_test sets up, executes a notebook, trains, loads and saves in hostile
// environments. Its tests need root, strace and qemu-user, and run with -args -anywhere only; `make
// test-anywhere` does. They write README.md with what they saw.
//
// The files: table_test.go writes the table, anywhere_test.go and child_test.go have what the tests
// of file systems share, checkout_test.go what those of the set-up and the kernel share.
package anywhere_test

import (
	"encoding/json"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow"
)

var anywhere = flag.Bool("anywhere", false, "run the tests in hostile environments")

// hostile skips the test unless -anywhere is set.
func hostile(t *testing.T) {
	t.Helper()
	if !*anywhere {
		t.Skip("run it with -args -anywhere, as root")
	}
}

// place is a folder that all users can reach, with a copy of this program.
type place struct{ dir, program string }

func newPlace(t *testing.T, expected string) place {
	t.Helper()
	observe(t, expected)
	dir, err := os.MkdirTemp("", "anywhere-") // T.TempDir is for its owner only.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	p := place{dir, filepath.Join(dir, "program")}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run(t, "chmod", "755", dir)
	run(t, "cp", self, p.program)
	return p
}

// path returns the path of a name in the place.
func (p place) path(name string) string { return filepath.Join(p.dir, name) }

// mount mounts a file system on a new folder in the place, until the test ends.
func (p place) mount(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	dir := p.path(name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	run(t, "mount", append(arguments, dir)...)
	t.Cleanup(func() { exec.Command("umount", "--lazy", dir).Run() })
	return dir
}

// run runs a command that must succeed.
func run(t *testing.T, name string, arguments ...string) {
	t.Helper()
	if out, err := exec.Command(name, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(arguments, " "), err, out)
	}
}

// command returns the command of a child process that does a task, behind a prefix such as strace.
func (p place) command(t *testing.T, do task, prefix ...string) *exec.Cmd {
	t.Helper()
	encoded, err := json.Marshal(do)
	if err != nil {
		t.Fatal(err)
	}
	all := append(prefix, p.program, "-test.run=^TestTask$")
	command := exec.CommandContext(t.Context(), all[0], all[1:]...)
	command.Dir = p.dir
	command.Env = append(os.Environ(), variable+"="+string(encoded), "GOMLX_BACKEND=go")
	return command
}

// does does a task in a child process, and returns what it prints on standard output and standard
// error.
func (p place) does(t *testing.T, do task, prefix ...string) string {
	t.Helper()
	out, err := p.command(t, do, prefix...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return string(out)
}

// injecting returns the prefix of a command whose system calls fail, those on the paths or, without
// paths, all of them.
func injecting(fault string, paths ...string) []string {
	prefix := []string{"strace", "-f", "-qq", "-o", os.DevNull, "-e", "inject=" + fault}
	for _, path := range paths {
		prefix = append(prefix, "-P", path)
	}
	return prefix
}

// as returns the prefix of a command of another user without privileges.
func as(user string) []string {
	return []string{"setpriv", "--reuid", user, "--regid", "65534", "--clear-groups"}
}

// wantOutput fails the test unless the output has each of these texts exactly once. It logs the
// output.
func wantOutput(t *testing.T, out string, wants ...string) {
	t.Helper()
	t.Log(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(out), "PASS")))
	for line := range strings.Lines(out) {
		isInLine := func(want string) bool { return strings.Contains(line, want) }
		if slices.ContainsFunc(wants, isInLine) {
			saw("%s", shortened(line))
		}
	}
	for _, want := range wants {
		if n := strings.Count(out, want); n != 1 {
			t.Errorf("the output has %q %d times, want it once", want, n)
		}
	}
}

// shortened returns a line of output for the table, without the folders of this machine.
func shortened(line string) string {
	line = regexp.MustCompile(`/\S*/anywhere-\d+/`).ReplaceAllString(strings.TrimSpace(line), "")
	repository, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return strings.NewReplacer(
		repository+"/", "",
		"model true, locked false, error <nil>", "no error",
		"model false, locked false, error meanflow: Train: ", "error ",
		"model true, locked false, error meanflow: Train: ", "a model, and error ",
		"model true, damaged false, error <nil>", "no error",
	).Replace(line)
}

// wantIntact fails the test unless the folder has that many checkpoints, all of them can be loaded,
// and nothing else but the lock is left.
func wantIntact(t *testing.T, dir string, checkpoints int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	isCheckpoint := regexp.MustCompile(`^epoch-\d{6}$`)
	found := 0
	for _, entry := range entries {
		switch name := entry.Name(); {
		case isCheckpoint.MatchString(name):
			found++
			if _, err := meanflow.Load(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		case name != ".lock":
			t.Errorf("%s has the entry %s, want checkpoints and the lock", dir, name)
		}
	}
	if found != checkpoints {
		t.Errorf("%s has %d checkpoints, want %d", dir, found, checkpoints)
	}
}

// wait starts a training that waits after its first epoch, and returns a function that kills it.
func (p place) wait(t *testing.T, dir string, prefix ...string) (kill func()) {
	t.Helper()
	process := p.command(t, task{Train: dir, Waits: true}, prefix...)
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, len("waiting"))
	if _, err := io.ReadFull(out, line); err != nil || string(line) != "waiting" {
		t.Fatalf("the training printed %q (error %v)", line, err)
	}
	kill = func() {
		syscall.Kill(-process.Process.Pid, syscall.SIGKILL)
		process.Wait()
	}
	t.Cleanup(kill)
	return kill
}
