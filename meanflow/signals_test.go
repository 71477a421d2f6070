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

// interruptible trains without an end, in a process of its own, and prints what comes of it.
func interruptible(batchSize int) {
	m, err := Train(UntilInterrupted(), Config{
		Data: datasets.Checkerboard{}, Network: network.MLP{Width: 16, Depth: 2},
		BatchSize: batchSize,
		Epochs:    1_000_000, CheckpointDir: os.Getenv("MEANFLOW_DIR"), Resume: true,
		ProgressWriter: os.Stdout,
	})
	fmt.Printf("model: %v, error: %v\n", m != nil, err)
}

// startInterruptible starts such a process, and returns its output line by line.
func startInterruptible(t *testing.T, dir, batchSize string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSignals$")
	command.Env = append(os.Environ(), "GOMLX_BACKEND=go", "MEANFLOW_DIR="+dir,
		"MEANFLOW_BATCH_SIZE="+batchSize)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, bufio.NewScanner(out)
}

// after reads lines up to one that begins so, and returns it.
func after(t *testing.T, lines *bufio.Scanner, beginning string) string {
	t.Helper()
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), beginning) {
			return lines.Text()
		}
	}
	t.Fatalf("no line begins with %q", beginning)
	return ""
}

func TestSignals(t *testing.T) {
	if size := os.Getenv("MEANFLOW_BATCH_SIZE"); size != "" {
		var batchSize int
		fmt.Sscan(size, &batchSize)
		interruptible(batchSize)
		return
	}
	dir := t.TempDir()
	for _, told := range []struct {
		signal syscall.Signal
		name   string
	}{{syscall.SIGINT, "interrupt"}, {syscall.SIGTERM, "terminated"}} {
		process, lines := startInterruptible(t, dir, "64")
		after(t, lines, "Epoch [")
		if err := process.Process.Signal(told.signal); err != nil {
			t.Fatal(err)
		}
		line := after(t, lines, "model: ")
		paths, err := Checkpoints(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"model: true", told.name,
			"set Config.Resume to go on from " + paths[len(paths)-1]} {
			if !strings.Contains(line, want) {
				t.Errorf("%v: %q, want something about %q", told.signal, line, want)
			}
		}
		if err := process.Wait(); err != nil {
			t.Errorf("%v: %v", told.signal, err)
		}
	}
}

// A batch that takes seconds is not waited for when a signal comes a second time.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	enginetest.Long(t)
	dir := t.TempDir()
	process, _ := startInterruptible(t, dir, "2000000")
	for { // Until it is about to train.
		if paths, err := Checkpoints(dir); err == nil && len(paths) > 0 {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	for range 100 { // The first one may take a while to be noticed, all processors being busy.
		if err := process.Process.Signal(syscall.SIGINT); err != nil {
			break // It has ended.
		}
		time.Sleep(50 * time.Millisecond)
	}
	err := process.Wait()
	exit := new(exec.ExitError)
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("it ended with %v, want the signal", err)
	}
}
