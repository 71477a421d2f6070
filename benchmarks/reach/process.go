package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// errTimeUp says that a contestant was stopped at its limit.
var errTimeUp = errors.New("the contestant's time is up")

// process is a contestant's running process. Its clock runs from the start to the first answer, and
// from each further question to its answer.
type process struct {
	command  *exec.Cmd
	in       io.WriteCloser
	answers  *bufio.Scanner
	messages bytes.Buffer // Of standard error.
	limit    time.Duration
	spent    time.Duration // Up to the last answer.
	begin    time.Time     // When the clock began to run.
}

// start starts a process for a job, and its clock.
func (c contestant) start(ctx context.Context, given job, limit time.Duration) (*process, error) {
	encoded, err := json.Marshal(given)
	if err != nil {
		return nil, err
	}
	// The job follows the program. What the program takes besides, comes after it.
	program := c.program[:2:2]
	program = append(append(program, string(encoded)), c.program[2:]...)
	p := &process{command: exec.CommandContext(ctx, program[0], program[1:]...), limit: limit}
	p.command.Env = append(os.Environ(), c.environ...)
	p.command.Stderr = &p.messages
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	p.answers, p.begin = bufio.NewScanner(out), time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("%w (`make bench-peers` sets up the peers)", err)
	}
	return p, nil
}

// train asks for samples after a number of training steps in all, and returns the clock's seconds.
// The error is errTimeUp if the clock reached the limit.
func (p *process) train(steps int) (seconds float64, err error) {
	if p.begin.IsZero() {
		p.begin = time.Now()
	}
	var isOver atomic.Bool
	timer := time.AfterFunc(p.limit-p.spent-time.Since(p.begin), func() {
		isOver.Store(true)
		p.command.Process.Kill()
	})
	defer timer.Stop()
	_, err = fmt.Fprintln(p.in, steps)
	answered := err == nil && p.answers.Scan()
	p.spent += time.Since(p.begin)
	p.begin = time.Time{}
	switch {
	case isOver.Load():
		return p.limit.Seconds(), errTimeUp
	case err != nil || !answered || p.answers.Text() != strconv.Itoa(steps):
		return 0, p.failure()
	}
	return p.spent.Seconds(), nil
}

// failure ends a process that did not answer, and returns an error with the last line that it wrote
// to standard error.
func (p *process) failure() error {
	p.stop()
	lines := strings.Split(strings.TrimSpace(p.messages.String()), "\n")
	return fmt.Errorf("%s failed: %.120s", p.command.Args[1], lines[len(lines)-1])
}

// stop ends the process.
func (p *process) stop() {
	p.in.Close()
	p.command.Process.Kill()
	p.command.Wait()
}
