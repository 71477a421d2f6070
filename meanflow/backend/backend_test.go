package backend

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/exit"
)

// childVariable is the environment variable that makes the test binary open an engine and print a
// result, instead of running tests. The environment is read when a process starts, so each case
// runs in a child process.
const childVariable = "MEANFLOW_BACKEND_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		exit.Exit(m.Run())
	}
	setInstallation()
	if engine, err := New(); err != nil {
		fmt.Println("error:", err)
	} else if out, err := ExecOnce(engine, sumOfSquare, [][]float32{{1, 2}, {3, 4}}); err != nil {
		fmt.Println("error:", err)
	} else {
		fmt.Printf("engine: %s, result: %v\n", engine, out.Value())
	}
	exit.Exit(0)
}

// sumOfSquare builds the sum of all elements of the matrix product x·x.
func sumOfSquare(x *Node) *Node { return ReduceAllSum(Dot(x, x).Product()) }

// child runs the test binary as a child process with the given environment variables and returns
// what it prints to standard output and standard error.
func child(t *testing.T, variables ...string) (stdout, stderr string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), executable)
	for _, variable := range os.Environ() {
		switch name, _, _ := strings.Cut(variable, "="); name {
		case "GOMLX_BACKEND", "GOMLX_NO_AUTO_INSTALL", "PJRT_PLUGIN_LIBRARY_PATH", "HOME":
		default:
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, childVariable+"=compute", "HOME="+t.TempDir())
	command.Env = append(command.Env, variables...)
	var out, errs strings.Builder
	command.Stdout, command.Stderr = &out, &errs
	kill := time.AfterFunc(2*time.Minute, func() { command.Process.Kill() })
	defer kill.Stop()
	if err := command.Run(); err != nil {
		t.Errorf("the child process failed: %v\n%s%s", err, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// expect runs a child process and looks for the wanted texts in its output. Standard output must be
// one line; standard error must be one line if wantStderr has texts, and empty otherwise.
func expect(t *testing.T, wantStdout, wantStderr []string, variables ...string) {
	t.Helper()
	stdout, stderr := child(t, variables...)
	for _, want := range wantStdout {
		if !strings.Contains(stdout, want) {
			t.Errorf("standard output is %q, want it to contain %q", stdout, want)
		}
	}
	if strings.Count(stdout, "\n") != 1 {
		t.Errorf("standard output is %q, want one line", stdout)
	}
	for _, want := range wantStderr {
		if !strings.Contains(stderr, want) {
			t.Errorf("standard error is %q, want it to contain %q", stderr, want)
		}
	}
	wantLines := min(1, len(wantStderr))
	if lines := strings.Count(stderr, "\n"); lines != wantLines {
		t.Errorf("standard error has %d lines, want %d: %q", lines, wantLines, stderr)
	}
}

// {{1, 2}, {3, 4}}² is {{7, 10}, {15, 22}}.
const pureGoWorks, xlaWorks = "engine: go, result: 54", "engine: xla, result: 54"

func TestPureGoIsObeyed(t *testing.T) {
	expect(t, []string{pureGoWorks}, nil, "GOMLX_BACKEND=go")
	expect(t, []string{pureGoWorks}, nil, "GOMLX_BACKEND=go:parallelism=2")
	expect(t, []string{pureGoWorks}, nil, "GOMLX_BACKEND=go:ops_sequential")
}

func TestPureGoHasOneDevice(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	if _, err := WithDevices(2); err == nil || !strings.Contains(err.Error(), "not 2") {
		t.Errorf("got the error %v, want one that names the number of devices", err)
	}
}

func TestNumberOfDevices(t *testing.T) {
	for _, devices := range []int{-1, 0, 1 << 20} {
		_, err := WithDevices(devices)
		if err == nil || !strings.Contains(err.Error(), fmt.Sprint(devices)) {
			t.Errorf("%d devices: got the error %v, want one that names the number", devices, err)
		}
	}
}

func TestUnknownEngineIsRefused(t *testing.T) {
	expect(t, []string{"error: ", `GOMLX_BACKEND="nonsense"`, "go"}, nil, "GOMLX_BACKEND=nonsense")
	expect(t, []string{"error: ", `GOMLX_BACKEND=""`}, nil, "GOMLX_BACKEND=")
	expect(t, []string{"error: ", "nonsense"}, nil, "GOMLX_BACKEND=go:nonsense")
}
