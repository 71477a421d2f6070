//go:build unix

package meanflow_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// Trainings leave standard output and signals to the rest of the process. A child process runs two
// trainings at once, one of which opens its own engine, while it prints lines and sends itself a
// SIGINT. All lines must come out, the process must receive the signal, and both trainings must
// finish.
func TestTrainingLeavesTheProcessAlone(t *testing.T) {
	const variable = "MEANFLOW_PROCESS_TEST"
	if os.Getenv(variable) != "" {
		stdout := os.Stdout
		interrupts := make(chan os.Signal, 10)
		signal.Notify(interrupts, os.Interrupt)
		var trainings sync.WaitGroup
		for seed, batch := range []int{32, 64} {
			trainings.Go(func() {
				config := small(enginetest.PureGo(t))
				config.Seed, config.BatchSize, config.Epochs = int64(seed), batch, 200
				if seed == 0 {
					config.Backend = nil
				}
				m, err := meanflow.Train(t.Context(), config)
				fmt.Println("trained", m.Epoch(), err)
			})
		}
		done := make(chan struct{})
		go func() { trainings.Wait(); close(done) }()
		lines, received := 0, 0
		for running := true; running; {
			select {
			case <-done:
				running = false
			case <-interrupts:
				received++
			default:
				if lines++; lines == 20 {
					syscall.Kill(os.Getpid(), syscall.SIGINT)
				}
				if os.Stdout != stdout {
					fmt.Fprintln(stdout, "os.Stdout was replaced")
				}
				fmt.Println("line", lines)
				time.Sleep(time.Millisecond)
			}
		}
		fmt.Println("printed", lines, "received", received)
		return
	}
	process := exec.Command(os.Args[0], "-test.run=^TestTrainingLeavesTheProcessAlone$")
	process.Env = append(os.Environ(), variable+"=1", "GOMLX_BACKEND=go")
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	var counted, trained, printed, received int
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "line "):
			counted++
		case line == "trained 200 <nil>":
			trained++
		case strings.HasPrefix(line, "printed"):
			fmt.Sscanf(line, "printed %d received %d", &printed, &received)
		case line != "PASS":
			t.Errorf("stray line %q", line)
		}
	}
	io.Copy(io.Discard, out)
	if err := process.Wait(); err != nil {
		t.Error(err)
	}
	if trained != 2 || printed < 20 || counted != printed || received != 1 {
		t.Errorf("%d trainings finished, %d of %d lines came out, %d signals were received; want "+
			"2 trainings, all of at least 20 lines, 1 signal", trained, counted, printed, received)
	}
}
