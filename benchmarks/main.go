// Benchmarks sets this package's training step beside JAX's and PyTorch's, on the same work in the same run:
// `make bench`. The engines take turns at each case, several rounds of them, so that what slows the machine down
// for a while slows all of them, and ratios hold.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Case is what is measured: steps of a training, for so many seconds.
type Case struct {
	Objective string  `json:"objective"`
	Width     int     `json:"width"`
	Batch     int     `json:"batch"`
	Seconds   float64 `json:"seconds"`
}

type answer struct {
	Milliseconds float64 `json:"milliseconds"`
}

// Result is what an engine needs for a step of a case.
type Result struct {
	Case
	Engine       string    `json:"engine"`
	Milliseconds []float64 `json:"milliseconds"` // Of a step, a number a round.
	Ratio        float64   `json:"ratio"`        // Of this package's time to this engine's, the median of the rounds.
}

func main() {
	log.SetFlags(0)
	peers := flag.String("peers", ".local/bench-peers/bin/python", "the Python of `make bench-peers`")
	folder := flag.String("out", "benchmarks", "where results.json and results.md are written")
	rounds := flag.Int("rounds", 5, "how often each engine has its turn")
	seconds := flag.Float64("seconds", 0.5, "how long a turn takes, compilation not counted")
	flag.Parse()
	if flag.Arg(0) == "worker" {
		if err := work(os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	results, err := measure(*peers, *rounds, *seconds)
	if err == nil {
		err = write(*folder, results)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// cases are the tutorial's size, and what happens around it.
func cases(seconds float64) (all []Case) {
	for _, size := range []struct{ width, batch int }{
		{64, 256}, {64, 2048}, {64, 8192}, {64, 32768}, {64, 65536},
		{128, 4096}, {256, 256}, {256, 2048}, {1024, 256},
	} {
		for _, objective := range []meanflow.Objective{meanflow.FlowMatching{}, meanflow.MeanFlow{}} {
			all = append(all, Case{objective.Name(), size.width, size.batch, seconds})
		}
	}
	return all
}

// measure has the engines take turns.
func measure(peers string, rounds int, seconds float64) ([]Result, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	engines := []*engine{
		{name: "this", command: exec.Command(self, "worker")},
		{name: "JAX", command: exec.Command(peers, "benchmarks/peers/jax_step.py")},
		{name: "PyTorch", command: exec.Command(peers, "benchmarks/peers/torch_step.py")},
	}
	for _, e := range engines {
		if err := e.start(); err != nil {
			return nil, fmt.Errorf("%s: %w (the peers are set up by `make bench-peers`)", e.name, err)
		}
		defer e.stop()
	}
	var results []Result
	for _, c := range cases(seconds) {
		ofCase := make([]Result, len(engines))
		for range rounds {
			for k, e := range engines {
				milliseconds, err := e.run(c)
				if err != nil {
					return nil, fmt.Errorf("%s, %+v: %w", e.name, c, err)
				}
				ofCase[k].Milliseconds = append(ofCase[k].Milliseconds, milliseconds)
			}
		}
		for k, e := range engines {
			var ratios []float64
			for round, milliseconds := range ofCase[k].Milliseconds {
				ratios = append(ratios, ofCase[0].Milliseconds[round]/milliseconds)
			}
			ofCase[k].Case, ofCase[k].Engine, ofCase[k].Ratio = c, e.name, median(ratios)
			log.Printf("%-13s width %4d, batch %5d: %-7s %8.2f ms", c.Objective, c.Width, c.Batch, e.name, median(ofCase[k].Milliseconds))
		}
		results = append(results, ofCase...)
	}
	return results, nil
}

// engine is a process that answers cases.
type engine struct {
	name    string
	command *exec.Cmd
	cases   *json.Encoder
	answers *json.Decoder
	end     io.Closer
}

func (e *engine) start() error {
	in, err := e.command.StdinPipe()
	if err != nil {
		return err
	}
	out, err := e.command.StdoutPipe()
	if err != nil {
		return err
	}
	e.command.Stderr = os.Stderr
	e.cases, e.answers, e.end = json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out)), in
	return e.command.Start()
}

func (e *engine) run(c Case) (float64, error) {
	if err := e.cases.Encode(c); err != nil {
		return 0, err
	}
	var a answer
	err := e.answers.Decode(&a)
	return a.Milliseconds, err
}

func (e *engine) stop() {
	e.end.Close()
	e.command.Wait()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// write writes all numbers, and a table of them.
func write(folder string, results []Result) error {
	encoded, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "results.json"), append(encoded, '\n'), 0o666); err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "Milliseconds of a training step, the median of the rounds; in brackets this package's time over that engine's,\nthe median of the ratios within a round. %s, %d cores, %s.\n\n", processor(), runtime.NumCPU(), runtime.Version())
	fmt.Fprintf(&text, "| | width | batch | this | JAX | PyTorch |\n|---|---|---|---|---|---|\n")
	for r := 0; r < len(results); r += 3 {
		this, jax, torch := results[r], results[r+1], results[r+2]
		fmt.Fprintf(&text, "| %s | %d | %d | %.2f | %.2f (%.2f×) | %.2f (%.2f×) |\n", this.Objective, this.Width, this.Batch,
			median(this.Milliseconds), median(jax.Milliseconds), jax.Ratio, median(torch.Milliseconds), torch.Ratio)
	}
	return os.WriteFile(filepath.Join(folder, "results.md"), []byte(text.String()), 0o666)
}

// processor names the machine's, where the system tells.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name\t: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return runtime.GOARCH
}
