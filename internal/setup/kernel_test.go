package setup

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startKernel starts the kernel's script in a folder .local, with a GoNB that prints what it gets.
func startKernel(t *testing.T, local string, environment ...string) string {
	t.Helper()
	for _, name := range []string{"start-kernel", "go"} {
		path := filepath.Join(local, "kernel-bin", name)
		write(t, path, contentOf(t, name))
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script(t, filepath.Join(local, "bin/gonb"),
		`printf '%s\n' "$@" "TMPDIR=$TMPDIR" "PATH=$PATH" "$(cat "$TMPDIR/owner")"`)
	start := exec.Command(filepath.Join(local, "kernel-bin/start-kernel"), "connection file.json")
	start.Env = append([]string{"TMPDIR=" + filepath.Join(local, "tmp")}, environment...)
	output, err := start.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

// The kernel starts with an empty PATH, and has a folder for temporary files of its own.
func TestStartKernel(t *testing.T) {
	t.Parallel()
	local := filepath.Join(t.TempDir(), "a b, ü/.local")
	output := startKernel(t, local, "PATH=")
	has(t, output, "--kernel\nconnection file.json\n", "-log_dir="+local+"/log\n",
		"TMPDIR="+local+"/tmp/", "PATH=:/usr/local/bin:/usr/bin:/bin\n")
}

// What killed kernels have left goes, what others use stays. The newest logs stay.
func TestStartKernelPrunes(t *testing.T) {
	t.Parallel()
	local := filepath.Join(t.TempDir(), ".local")
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	owner := func(name string) string { return filepath.Join(local, "tmp", name, "owner") }
	write(t, owner("dead"), fmt.Sprintln(dead.Process.Pid, host))
	write(t, owner("alive"), fmt.Sprintln(os.Getpid(), host))
	write(t, owner("elsewhere"), fmt.Sprintln(dead.Process.Pid, host+"2"))
	write(t, filepath.Join(local, "tmp/other/file"), "")
	for i := range 30 {
		path := filepath.Join(local, "log", fmt.Sprintf("log.%02d", i))
		write(t, path, strings.Repeat(".", 60_000))
		at := time.Now().Add(time.Duration(i-100) * time.Minute)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	startKernel(t, local, "PATH=/usr/bin:/bin")
	for name, stays := range map[string]bool{
		"tmp/dead": false, "tmp/alive": true, "tmp/elsewhere": true, "tmp/other": true,
		// 16 of 60,000 bytes are the most within 1 MB.
		"log/log.13": false, "log/log.14": true, "log/log.29": true,
	} {
		if _, err := os.Stat(filepath.Join(local, name)); (err == nil) != stays {
			t.Errorf("%s stays: %v, want %v", name, err == nil, stays)
		}
	}
}

// The workspace of a kernel leads to the module whatever the path, below any other workspace.
func TestKernelMakesItsWorkspace(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	write(t, filepath.Join(parent, "go.work"), "go 1.99\n\nuse ./nothing\n")
	local := filepath.Join(parent, "a b, ü/.local")
	startKernel(t, local, "PATH=/usr/bin:/bin")
	module := filepath.Join(local, "module")
	write(t, filepath.Join(module, "go.mod"), "module github.com/meanflow-go/meanflow\n\ngo 1.26\n")
	write(t, filepath.Join(module, "a/a.go"), "package a\n")
	folder := filepath.Join(local, "tmp/gonb_1")
	write(t, filepath.Join(folder, "main.go"),
		"package main\n\nimport _ \"github.com/meanflow-go/meanflow/a\"\n\nfunc main() {}\n")
	for _, arguments := range [][]string{{"mod", "init", "gonb_1"}, {"list", "-deps", "."}} {
		cmd := exec.Command(filepath.Join(local, "kernel-bin/go"), arguments...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), "GOWORK=", "GOFLAGS=", "GOPROXY=off", "GOTOOLCHAIN=auto")
		output, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", arguments, err, output)
		}
		if arguments[0] == "list" {
			has(t, string(output), "github.com/meanflow-go/meanflow/a\n")
		}
	}
	// !*go get needs it.
	has(t, contentOf(t, filepath.Join(folder, "go.mod")), "replace github.com/meanflow-go/meanflow")
}
