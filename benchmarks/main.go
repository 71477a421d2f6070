// Benchmarks compares this package with JAX and PyTorch on the same work in the same run. For each
// case the engines take turns over several rounds, so a slow phase of the machine slows all of
// them, and the ratios hold. `make bench` runs it.
//
// The files: cases.go defines what is measured, engine.go runs the processes that do the work,
// worker.go is this package's process, digits.go has its models of digits, report.go and plot.go
// write the results. The folder peers has the processes of JAX and PyTorch.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

func main() {
	log.SetFlags(0)
	python := flag.String("peers", ".local/bench-peers/bin/python",
		"Python interpreter with JAX and PyTorch, set up by `make bench-peers`")
	plainGo := flag.String("plain", "",
		"this program built without GOEXPERIMENT=simd; left out if empty")
	folder := flag.String("out", "benchmarks",
		"output folder of results.json, results.md and linear.png")
	rounds := flag.Int("rounds", 3, "number of turns of each engine for each case")
	seconds := flag.Float64("seconds", 0.5, "length of a turn, without compilation")
	works := flag.String("cases", "",
		"comma-separated kinds of work to measure: training, sampling, start, begin, memory, "+
			"codes, transformer, sampled codes, sampled pixels, digits; all if empty; "+
			"results.json keeps the other results")
	flag.Parse()
	if flag.Arg(0) == "worker" {
		backend.KeepMemory()
		devices, err := strconv.Atoi(flag.Arg(1))
		if err != nil {
			log.Fatalf("worker: number of devices: %v", err)
		}
		if err := answerCases(os.Stdin, os.Stdout, devices); err != nil {
			log.Fatal(err)
		}
		return
	}
	cases, err := chooseCases(*works, *seconds)
	results := newReport()
	if err == nil && *works != "" {
		results, err = readReport(*folder, cases)
	}
	if err == nil {
		err = results.measure(cases, allEngines(*python, *plainGo), *rounds)
	}
	if err == nil {
		err = results.write(*folder)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measure runs cases on all engines in turns. Ratios are relative to the first engine.
func (r *report) measure(cases []Case, engines []*engine, rounds int) error {
	for _, c := range cases {
		results, err := measureCase(c, engines, rounds)
		if err != nil {
			return err
		}
		for _, measured := range results {
			log.Printf("%-50s %-33s %10.2f %s",
				c, measured.Engine, median(measured.Values), c.unit())
		}
		r.Results = append(r.Results, results...)
	}
	for _, e := range engines {
		if !e.failed && e.version != "" {
			r.addEngine(e.name, e.version)
		}
		e.stop()
	}
	return nil
}

// measureCase runs a case in turns on the engines that accept it.
func measureCase(c Case, engines []*engine, rounds int) ([]*Result, error) {
	var running []*engine
	var results []*Result
	for _, e := range engines {
		if !e.failed && (e.accepts == nil || e.accepts(c)) {
			running = append(running, e)
			results = append(results, &Result{Case: c, Engine: e.name})
		}
	}
	if needsRounds(c) {
		rounds *= 3
	}
	for range rounds {
		for k, e := range running {
			if e.failed {
				continue
			}
			value, peak, err := e.run(c)
			if err != nil && e.optional {
				log.Printf("%s failed and is left out: %v", e.name, err)
				e.failed = true
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", e.name, c, err)
			}
			results[k].add(value, peak, results[0])
		}
	}
	return slices.DeleteFunc(results, func(r *Result) bool { return len(r.Values) == 0 }), nil
}

// median is the middle value; of an even number of values, the upper one of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
