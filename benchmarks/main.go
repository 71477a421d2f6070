// Benchmarks sets this package beside JAX and PyTorch, on the same work in the same run: `make bench`. The engines
// take turns at each case, several rounds of them, so that what slows the machine down for a while slows all of them,
// and ratios hold.
//
// The files: cases.go has what is measured, engine.go the processes that do it, worker.go this package's, report.go
// and plot.go what is written about it. What JAX and PyTorch do is in the folder peers.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strconv"
)

func main() {
	log.SetFlags(0)
	peers := flag.String("peers", ".local/bench-peers/bin/python", "the Python of `make bench-peers`")
	plain := flag.String("plain", "", "this program, built without Go's experiment with vector instructions")
	folder := flag.String("out", "benchmarks", "where results.json, results.md and linear.png are written")
	rounds := flag.Int("rounds", 3, "how often each engine has its turn")
	seconds := flag.Float64("seconds", 0.5, "how long a turn takes, compilation not counted")
	flag.Parse()
	if flag.Arg(0) == "worker" {
		devices, err := strconv.Atoi(flag.Arg(1))
		if err != nil {
			log.Fatalf("the number of devices: %v", err)
		}
		if err := answerCases(os.Stdin, os.Stdout, devices); err != nil {
			log.Fatal(err)
		}
		return
	}
	report, err := measure(engines(*peers, *plain), *rounds, *seconds)
	if err == nil {
		err = report.write(*folder)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// measure has the engines take turns. The first engine is the one that the others are compared with.
func measure(engines []*engine, rounds int, seconds float64) (*report, error) {
	report := newReport()
	for _, c := range cases(seconds) {
		var results []*Result
		var taking []*engine
		for _, e := range engines {
			if !e.missing && (e.takes == nil || e.takes(c)) {
				taking = append(taking, e)
				results = append(results, &Result{Case: c, Engine: e.name})
			}
		}
		rounds := rounds
		if isTutorials(c) {
			rounds *= 3
		}
		for range rounds {
			for k, e := range taking {
				if e.missing {
					continue
				}
				value, peak, err := e.run(c)
				if err != nil && e.optional {
					log.Printf("%s is left out: %v", e.name, err)
					e.missing = true
					continue
				}
				if err != nil {
					return nil, fmt.Errorf("%s, %+v: %w", e.name, c, err)
				}
				results[k].add(value, peak, results[0])
			}
		}
		results = slices.DeleteFunc(results, func(r *Result) bool { return len(r.Values) == 0 })
		for _, r := range results {
			log.Printf("%-50s %-20s %10.2f %s", c, r.Engine, median(r.Values), c.unit())
		}
		report.Results = append(report.Results, results...)
	}
	for _, e := range engines {
		if !e.missing {
			report.Engines = append(report.Engines, e.name)
			report.Versions[e.name] = e.version
		}
		e.stop()
	}
	return report, nil
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
