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

// The environment is read when a process starts, so each case is a process of its own: this one
// again, with this variable set to what it should do.
const childVariable = "MEANFLOW_BACKEND_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		exit.Exit(m.Run())
	}
	shortenInstallation()
	if engine, err := New(); err != nil {
		fmt.Println("error:", err)
	} else if out, err := ExecOnce(engine, func(x *Node) *Node {
		return ReduceAllSum(Dot(x,
			x).Product())
	}, [][]float32{{1, 2}, {3, 4}}); err != nil {
		fmt.Println("error:", err)
	} else {
		fmt.Printf("engine: %s, result: %v\n", engine, out.Value())
	}
	exit.Exit(0)
}

// child runs this test's process with other variables and returns what it prints to either output.
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
	var out, errors strings.Builder
	command.Stdout, command.Stderr = &out, &errors
	kill := time.AfterFunc(2*time.Minute, func() { command.Process.Kill() })
	defer kill.Stop()
	if err := command.Run(); err != nil {
		t.Errorf("the process ended with %v:\n%s%s", err, out.String(), errors.String())
	}
	return out.String(), errors.String()
}

// expect runs a child that computes and looks for what it should print.
func expect(t *testing.T, wantStdout, wantStderr []string, variables ...string) {
	t.Helper()
	stdout, stderr := child(t, variables...)
	for _, want := range wantStdout {
		if !strings.Contains(stdout, want) {
			t.Errorf("standard output is %q, want something about %q", stdout, want)
		}
	}
	if strings.Count(stdout, "\n") != 1 {
		t.Errorf("standard output has stray lines: %q", stdout)
	}
	for _, want := range wantStderr {
		if !strings.Contains(stderr, want) {
			t.Errorf("standard error is %q, want something about %q", stderr, want)
		}
	}
	if lines := strings.Count(stderr, "\n"); lines != min(1, len(wantStderr)) {
		t.Errorf("standard error has %d lines: %q", lines, stderr)
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
		t.Errorf("error %v, want one that names the number of devices", err)
	}
}

func TestNumberOfDevices(t *testing.T) {
	for _, devices := range []int{-1, 0, 1 << 20} {
		if _, err := WithDevices(devices); err == nil ||
			!strings.Contains(err.Error(), fmt.Sprint(devices)) {
			t.Errorf("%d devices: error %v", devices, err)
		}
	}
}

func TestUnknownEngineIsRefused(t *testing.T) {
	expect(t, []string{"error: ", `GOMLX_BACKEND="nonsense"`, "go"}, nil, "GOMLX_BACKEND=nonsense")
	expect(t, []string{"error: ", `GOMLX_BACKEND=""`}, nil, "GOMLX_BACKEND=")
	expect(t, []string{"error: ", "nonsense"}, nil, "GOMLX_BACKEND=go:nonsense")
}
