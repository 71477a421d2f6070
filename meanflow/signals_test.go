//go:build unix

package meanflow

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// interruptible trains practically without end, in a child process, until it is interrupted. It
// prints whether Train returned a model, and the error.
func interruptible(batchSize int) {
	m, err := Train(UntilInterrupted(), Config{
		Data:           datasets.Checkerboard{},
		Network:        network.MLP{Width: 16, Depth: 2},
		BatchSize:      batchSize,
		Epochs:         1_000_000,
		CheckpointDir:  os.Getenv("MEANFLOW_DIR"),
		Resume:         true,
		ProgressWriter: os.Stdout,
	})
	fmt.Printf("model: %v, error: %v\n", m != nil, err)
}

// startInterruptible starts a child process that calls interruptible, and returns a scanner of the
// lines of its standard output.
func startInterruptible(t *testing.T, dir, batchSize string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSignals$")
	command.Env = append(os.Environ(),
		"GOMLX_BACKEND=go", "MEANFLOW_DIR="+dir, "MEANFLOW_BATCH_SIZE="+batchSize)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, bufio.NewScanner(out)
}

// firstWithPrefix reads lines up to the first one that has the prefix, and returns that line.
func firstWithPrefix(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), prefix) {
			return lines.Text()
		}
	}
	t.Fatalf("no line begins with %q", prefix)
	return ""
}

// SIGINT and SIGTERM interrupt a training. Train returns the model and an error that names the
// signal and the last checkpoint.
func TestSignals(t *testing.T) {
	if size := os.Getenv("MEANFLOW_BATCH_SIZE"); size != "" {
		var batchSize int
		fmt.Sscan(size, &batchSize)
		interruptible(batchSize)
		return
	}
	dir := t.TempDir()
	for _, test := range []struct {
		signal syscall.Signal
		name   string
	}{{syscall.SIGINT, "interrupt"}, {syscall.SIGTERM, "terminated"}} {
		process, lines := startInterruptible(t, dir, "64")
		firstWithPrefix(t, lines, "Epoch [")
		if err := process.Process.Signal(test.signal); err != nil {
			t.Fatal(err)
		}
		line := firstWithPrefix(t, lines, "model: ")
		paths, err := Checkpoints(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{
			"model: true", test.name,
			"set Config.Resume to go on from " + paths[len(paths)-1],
		} {
			if !strings.Contains(line, want) {
				t.Errorf("%v: the process printed %q, want it to contain %q",
					test.signal, line, want)
			}
		}
		if err := process.Wait(); err != nil {
			t.Errorf("%v: the process failed: %v", test.signal, err)
		}
	}
}

// A second signal ends the process at once, without waiting for a batch that takes seconds. A
// process that notices the first signal before its first batch ends by itself; then another one is
// tried.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	enginetest.Long(t)
	var err error
	for range 5 {
		err = interruptTwice(t)
		exit := new(exec.ExitError)
		if errors.As(err, &exit) && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGINT {
			return
		}
	}
	t.Errorf("five processes ended without SIGINT, the last one with %v", err)
}

// interruptTwice sends SIGINT to a training until it ends, and returns how it ended.
func interruptTwice(t *testing.T) error {
	t.Helper()
	dir := t.TempDir()
	process, _ := startInterruptible(t, dir, "2000000")
	for { // Wait for the first checkpoint, after which the training begins.
		if paths, err := Checkpoints(dir); err == nil && len(paths) > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // For the first batch to begin.
	// The process may notice the first signal late if all processors are busy.
	for range 100 {
		if err := process.Process.Signal(syscall.SIGINT); err != nil {
			break // The process has ended.
		}
		time.Sleep(50 * time.Millisecond)
	}
	return process.Wait()
}
