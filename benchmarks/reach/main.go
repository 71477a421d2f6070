// Reach measures the time to quality: the seconds from the start of a process until samples in one
// step are as good as asked. This package, JAX and PyTorch train by the tutorial's recipe or the
// recommended one. `make bench-quality` runs it.
//
// It writes each result at once, and leaves out what reach.json has already.
//
// The files: works.go defines what is learned, and checkerboard.go, table.go and codes.go measure
// samples of it; contestants.go defines who learns; job.go and process.go talk to the processes
// that train, and worker.go is this package's; search.go says which training is next and when a
// quality is reached; run.go runs them; report.go, markdown.go and plot.go write the results;
// main.go has the flags.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
)

func main() {
	log.SetFlags(0)
	backend.KeepMemory()
	if len(os.Args) == 3 && os.Args[1] == workerCommand {
		if err := answer(os.Args[2], os.Stdin, os.Stdout); err != nil {
			log.Fatal(err)
		}
		return
	}
	folder := flag.String("out", "benchmarks", "output folder of reach.json, .md and .png")
	data := flag.String("data", ".local/reach", "folder for the data that contestants share")
	python := flag.String("peers", ".local/bench-peers/bin/python",
		"Python interpreter with JAX and PyTorch, set up by `make bench-peers`")
	works := flag.String("works", "", "comma-separated names of works, all if empty")
	contestants := flag.String("contestants", "",
		"semicolon-separated names of contestants, all if empty")
	limit := flag.Duration("limit", 2*time.Minute, "time after which a contestant is stopped")
	again := flag.Bool("again", false, "also train what reach.json has already")
	flag.Parse()
	given := options{
		path: filepath.Join(*folder, "reach"), data: *data, limit: *limit, again: *again,
	}
	if err := given.choose(*works, *contestants, *python); err != nil {
		log.Fatal(err)
	}
	if err := run(meanflow.UntilInterrupted(), given); err != nil {
		log.Fatal(err)
	}
}
