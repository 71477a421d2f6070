package meanflow

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// countdown is a context that ends after it was asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

// state is all of a model: every variable (weights, Adam's moments and steps, random numbers), epochs and losses.
func state(t *testing.T, m *Model) []string {
	t.Helper()
	all := []string{fmt.Sprint(m.about.Epoch, m.about.Batch, m.about.Taken, m.about.Sum, m.about.Skipped, m.about.Reference, m.about.Losses)}
	for variable := range m.store.IterVariables() {
		value, err := variable.Value()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(variable.Path(), value.Value()))
	}
	slices.Sort(all[1:])
	return all
}

// The engine is called with 1 batch and then with up to 10 at once, as many as take no longer than a second, so where
// the training is cut depends on the machine.
func TestResumedTrainingIsTheUninterruptedOne(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := Config{
			Data: datasets.Checkerboard{}, MLP: MLP{Width: 16, Depth: 2}, BatchSize: 64, Epochs: 3, BatchesPerEpoch: 25,
			ClipNorm: 1, JumpFactor: 100, MaxSkipped: 5, CheckpointEvery: 2, Progress: io.Discard, Backend: engine,
		}.withDefaults()
		whole, err := train(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		want := state(t, whole)
		inEpochs := 0
		for _, calls := range []int{0, 1, 3, 5, 7} {
			config := config
			config.Dir, config.Resume = t.TempDir(), true
			m, err := train(&countdown{context.Background(), calls}, config)
			if !errors.Is(err, context.Canceled) || m == nil {
				t.Fatalf("after %d calls: model %v, error %v, want a model and a cancellation", calls, m, err)
			}
			_, cut, _ := strings.Cut(err.Error(), config.Dir)
			if strings.Contains(cut, "batch") {
				inEpochs++
			}
			resumed, err := train(context.Background(), config)
			if err != nil {
				t.Fatal(err)
			}
			for i, got := range state(t, resumed) {
				if got != want[i] {
					t.Errorf("interrupted at %s and resumed: %.200s\nuninterrupted: %.200s", cut, got, want[i])
				}
			}
			// Finished: it is loaded, and not trained any further.
			if again, err := train(context.Background(), config); err != nil || !slices.Equal(state(t, again), state(t, resumed)) {
				t.Errorf("another training after resuming a finished one, error %v", err)
			}
		}
		if inEpochs < 2 {
			t.Errorf("only %d trainings were interrupted within an epoch", inEpochs)
		}
	})
}

// interruptible trains without an end, in a process of its own, and prints what comes of it.
func interruptible(batchSize int) {
	m, err := Train(context.Background(), Config{
		Data: datasets.Checkerboard{}, MLP: MLP{Width: 16, Depth: 2}, BatchSize: batchSize,
		Epochs: 1_000_000, Dir: os.Getenv("MEANFLOW_DIR"), Resume: true,
	})
	fmt.Printf("model: %v, error: %v\n", m != nil, err)
}

// startInterruptible starts such a process, and returns its output line by line.
func startInterruptible(t *testing.T, dir, batchSize string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSignals$")
	command.Env = append(os.Environ(), "GOMLX_BACKEND=go", "MEANFLOW_DIR="+dir, "MEANFLOW_BATCH_SIZE="+batchSize)
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
		for _, want := range []string{"model: true", told.name, "set Config.Resume to go on from the checkpoint " + paths[len(paths)-1]} {
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
