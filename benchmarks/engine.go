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

// engine answers cases: in one process all that are measured in turns, in a process each those that are about it.
type engine struct {
	name     string
	version  string
	takes    func(Case) bool // Which cases; all if nil.
	optional bool            // It may not run on this machine.
	missing  bool            // It does not.
	program  []string
	environ  []string

	turns *process
}

// engines are this package on XLA first, then what it is compared with.
func engines(peers, plain string) []*engine {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	all := []*engine{
		{name: "this", program: []string{self, "worker", "1"}, environ: []string{"GOMLX_BACKEND=xla"}},
		{name: "JAX", program: []string{peers, "benchmarks/peers/jax_peer.py"}},
		{name: "PyTorch", program: []string{peers, "benchmarks/peers/torch_peer.py"}},
		{name: "PyTorch, compiled", program: []string{peers, "benchmarks/peers/torch_peer.py", "compiled"}, takes: isQuicklyCompiled, optional: true},
		{name: "this, two devices", program: []string{self, "worker", "2"}, environ: []string{"GOMLX_BACKEND=xla"}, takes: isWorthDividing},
		{name: "this, pure Go", program: []string{self, "worker", "1"}, environ: []string{"GOMLX_BACKEND=go"}, takes: isSmall},
	}
	if plain != "" {
		all = append(all, &engine{name: "this, pure Go without simd", program: []string{plain, "worker", "1"}, environ: []string{"GOMLX_BACKEND=go"}, takes: isSmall})
	}
	return all
}

// run answers a case, with the peak memory of the process in MiB where it is one of its own.
func (e *engine) run(c Case) (value, peak float64, err error) {
	if c.fresh() {
		start := time.Now()
		p, err := e.start()
		if err != nil {
			return 0, 0, err
		}
		_, err = p.ask(c)
		value = time.Since(start).Seconds()
		return value, p.stop(), err
	}
	if e.turns == nil {
		if e.turns, err = e.start(); err != nil {
			return 0, 0, err
		}
	}
	value, err = e.turns.ask(c)
	return value, 0, err
}

func (e *engine) stop() {
	if e.turns != nil {
		e.turns.stop()
	}
}

// process reads cases, a JSON line each, and writes first its version and then the answers.
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
		return nil, fmt.Errorf("%v says nothing: %w (the peers are set up by `make bench-peers`)", e.program, err)
	}
	e.version = hello.Version
	return p, nil
}

func (p *process) ask(c Case) (float64, error) {
	if err := json.NewEncoder(p.in).Encode(c); err != nil {
		return 0, err
	}
	var a answer
	err := p.answers.Decode(&a)
	return a.Value, err
}

// stop ends the process and returns its peak memory in MiB, 0 where the system does not tell.
func (p *process) stop() float64 {
	p.in.Close()
	p.command.Wait()
	if usage, ok := p.command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return float64(usage.Maxrss) / 1024 // Linux counts in KiB.
	}
	return 0
}
