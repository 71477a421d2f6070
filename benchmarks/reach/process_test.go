package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shell returns a contestant that is a shell script.
func shell(t *testing.T, script string) contestant {
	path := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(path, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	return contestant{program: []string{"/bin/sh", path, "last"}}
}

// The clock runs from the start of the process, and stands while the process waits.
func TestClock(t *testing.T) {
	t.Parallel()
	c := shell(t, `sleep 0.2; while read steps; do sleep 0.1; echo $steps; done`)
	p, err := c.start(t.Context(), job{}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	for k, want := range []float64{0.3, 0.4} {
		const pause = time.Second
		got, err := p.train(250 << k)
		if err != nil || got < want || got > want+0.9*pause.Seconds() {
			t.Errorf("the clock says %v s, error %v, want %v s", got, err, want)
		}
		if k == 0 {
			time.Sleep(pause)
		}
	}
}

func TestProcessThatIsStopped(t *testing.T) {
	t.Parallel()
	c := shell(t, `read steps; echo $steps; read steps; exec sleep 60`)
	p, err := c.start(t.Context(), job{}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	if _, err := p.train(250); err != nil {
		t.Fatal(err)
	}
	if seconds, err := p.train(500); !errors.Is(err, errTimeUp) || seconds != 1 {
		t.Errorf("it took %v s, error %v, want 1 s and errTimeUp", seconds, err)
	}
}

// The error of a process that fails has its last message. Its arguments are the job and its own.
func TestProcessThatFails(t *testing.T) {
	c := shell(t, `echo first >&2; echo "$2: $1" >&2; exit 1`)
	p, err := c.start(t.Context(), job{Recipe: tutorial, Dim: 3}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	_, err = p.train(250)
	if want := `last: {"recipe":"tutorial","data":"","dim":3`; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("the error is %v", err)
	}
	c.program[0] = "/nowhere/python"
	if _, err := c.start(t.Context(), job{}, time.Minute); err == nil ||
		!strings.Contains(err.Error(), "make bench-peers") {
		t.Errorf("without the program, the error is %v", err)
	}
}
