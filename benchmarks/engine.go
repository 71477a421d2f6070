package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// engine runs cases in processes of a program: one process for all cases that are measured in
// turns, and a new one for each run of a case that measures a whole process.
type engine struct {
	name     string
	version  string
	accepts  func(Case) bool // Selects the cases that the engine runs, all if nil.
	optional bool            // An engine that fails is left out.
	failed   bool            // It is optional and has failed.
	program  []string
	environ  []string

	shared *process // The process for the cases measured in turns, nil before the first.
}

// allEngines lists the engines, this package on XLA first: the others are compared with it. Python
// is the interpreter that has the peers' packages; plainGo is this program built without
// GOEXPERIMENT=simd, or empty.
func allEngines(python, plainGo string) []*engine {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	const torchPeer = "benchmarks/peers/torch_peer.py"
	onXLA, onPureGo := []string{"GOMLX_BACKEND=xla"}, []string{"GOMLX_BACKEND=go"}
	engines := []*engine{
		{name: "meanflow-go", program: []string{self, "worker", "1"}, environ: onXLA},
		{name: "JAX", program: []string{python, "benchmarks/peers/jax_peer.py"}},
		{
			name: "PyTorch", program: []string{python, torchPeer},
			accepts: func(c Case) bool { return c.Work != digits },
		},
		{
			name: "PyTorch, compiled", program: []string{python, torchPeer, "compiled"},
			accepts: isQuickToCompile, optional: true,
		},
		{
			name: "meanflow-go, two devices", program: []string{self, "worker", "2"},
			environ: onXLA, accepts: isDivisible,
		},
		{
			name: "meanflow-go, pure Go", program: []string{self, "worker", "1"},
			environ: onPureGo, accepts: isSmall,
		},
	}
	if plainGo != "" {
		engines = append(engines, &engine{
			name: "meanflow-go, pure Go without simd", program: []string{plainGo, "worker", "1"},
			environ: onPureGo, accepts: isSmall,
		})
	}
	return engines
}

// run measures a case, in the case's unit. If the case has its own process, peak is the process's
// peak memory in MiB, otherwise 0.
func (e *engine) run(c Case) (value, peak float64, err error) {
	if c.ownProcess() {
		start := time.Now()
		p, err := e.start()
		if err != nil {
			return 0, 0, err
		}
		_, err = p.measure(c)
		value = time.Since(start).Seconds()
		return value, p.stop(), err
	}
	if e.shared == nil {
		if e.shared, err = e.start(); err != nil {
			return 0, 0, err
		}
	}
	value, err = e.shared.measure(c)
	return value, 0, err
}

func (e *engine) stop() {
	if e.shared != nil {
		e.shared.stop()
	}
}

// process is a running program of an engine. It writes its version, then reads cases and answers
// each. Every message is a line of JSON.
type process struct {
	command *exec.Cmd
	in      io.WriteCloser
	answers *json.Decoder
}

// answer is a line that a process writes.
type answer struct {
	Version string  `json:"version,omitempty"`
	Value   float64 `json:"value,omitempty"`
}

// start starts a process and waits for its version.
func (e *engine) start() (*process, error) {
	p := &process{command: exec.Command(e.program[0], e.program[1:]...)}
	p.command.Env = append(os.Environ(), e.environ...)
	p.command.Stderr = os.Stderr
	out, err := p.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.command.StdinPipe(); err != nil {
		return nil, err
	}
	p.answers = json.NewDecoder(bufio.NewReader(out))
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	var hello answer
	if err := p.answers.Decode(&hello); err != nil {
		return nil, fmt.Errorf("%q wrote no version: %w (`make bench-peers` sets up the peers)",
			e.program, err)
	}
	e.version = hello.Version
	return p, nil
}

// measure sends a case and waits for its value.
func (p *process) measure(c Case) (float64, error) {
	if err := json.NewEncoder(p.in).Encode(c); err != nil {
		return 0, err
	}
	var reply answer
	err := p.answers.Decode(&reply)
	return reply.Value, err
}

// stop ends the process and returns its peak memory in MiB, or 0 on systems that don't report it.
func (p *process) stop() float64 {
	p.in.Close()
	p.command.Wait()
	if usage, ok := p.command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) / 1024 // Linux counts in KiB.
	}
	return 0
}
