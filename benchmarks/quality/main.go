// Quality trains recipes on works - distributions, tables, codes of digits - with several seeds and
// measures their samples. It needs XLA, and over an hour for all. `make quality` runs it.
//
// It writes each result at once, and leaves out what quality.json has already.
//
// The files: recipes.go defines what is trained, and works.go what it is trained on; lagrangian.go
// is an objective; plane.go, eight_gaussians.go, table.go and codes.go measure samples; training.go
// trains, fingerprint.go says when a result is out of date, and progress.go shows how far a run is;
// report.go, tables.go and plot.go write the results; main.go has the flags.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// options are the flags, parsed.
type options struct {
	path    string // Of the report, without its extension.
	seeds   int
	recipes []recipe
	works   []work
	steps   []int // Of training, instead of the recipes' own, which nil stands for.
	again   bool
}

func main() {
	log.SetFlags(0)
	folder := flag.String("out", "benchmarks", "output folder of quality.json, .md and .png")
	seeds := flag.Int("seeds", 3, "number of trainings of each recipe, each with another seed")
	recipeNames := flag.String("recipes", "",
		"comma-separated names of recipes to train, all if empty")
	workNames := flag.String("works", "",
		"comma-separated names of works to train on, all if empty")
	steps := flag.String("steps", "",
		"comma-separated numbers of training steps, multiples of 100; the recipes' own if empty")
	again := flag.Bool("again", false, "also train what quality.json has already")
	flag.Parse()
	given, err := parse(*folder, *seeds, *recipeNames, *workNames, *steps)
	if err == nil {
		given.again = *again
		backend.KeepMemory()
		err = run(meanflow.UntilInterrupted(), given)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func parse(
	folder string, seeds int, recipeNames, workNames, steps string,
) (options, error) {
	given := options{path: filepath.Join(folder, "quality"), seeds: seeds}
	if seeds < 1 {
		return options{}, fmt.Errorf("-seeds is %d, it must be at least 1", seeds)
	}
	var err error
	if given.recipes, err = recipesByName(recipeNames); err != nil {
		return options{}, err
	}
	if given.works, err = worksByName(workNames); err != nil {
		return options{}, err
	}
	if steps == "" {
		return given, nil
	}
	for _, text := range strings.Split(steps, ",") {
		number, err := strconv.Atoi(text)
		if err != nil || number < 100 || number%100 != 0 {
			return options{}, fmt.Errorf("-steps: %.20q is no positive multiple of 100", text)
		}
		given.steps = append(given.steps, number)
	}
	return given, nil
}

// run trains and measures what the report lacks. It writes the report after each training. If one
// fails, for instance because it diverges, it goes on, and returns the errors at the end.
func run(ctx context.Context, given options) error {
	all, err := readReport(given.path)
	if err != nil {
		return err
	}
	pending, err := given.trainings(ctx, &all)
	if err != nil {
		return err
	}
	if len(pending) == 0 {
		log.Printf("%s.json has all of these results; -again measures them anew", given.path)
		return all.write(given.path)
	}
	shown := newProgress(os.Stderr, pending)
	var failures []error
	for _, next := range pending {
		measured, err := next.run(ctx, &all, shown.update)
		if ctx.Err() != nil {
			shown.stop()
			return fmt.Errorf("interrupted; %s.json keeps the results so far, and the same "+
				"command goes on", given.path)
		}
		if err != nil {
			shown.end(err.Error())
			failures = append(failures, fmt.Errorf("%s: %w", next, err))
			continue
		}
		shown.end(measured.String())
		all.put(measured)
		if err := all.write(given.path); err != nil {
			return err
		}
	}
	return errors.Join(failures...)
}

// trainings lists the trainings whose results a report lacks, work by work.
func (o options) trainings(ctx context.Context, all *report) (pending []training, err error) {
	kept := 0
	for _, of := range o.works {
		for _, trained := range o.recipes {
			lengths := trained.lengths[of.kind()]
			if len(lengths) > 0 && o.steps != nil {
				lengths = o.steps
			}
			for _, steps := range lengths {
				for seed := range int64(o.seeds) {
					next := training{trained, of, steps, seed}
					isNew, err := next.isNew(ctx, all)
					if err != nil {
						return nil, err
					}
					if isNew || o.again {
						pending = append(pending, next)
					} else {
						kept++
					}
				}
			}
		}
	}
	var expected time.Duration
	for _, next := range pending {
		expected += next.expected()
	}
	log.Printf("%d trainings, about %s on two cores; %d results are there already", len(pending),
		minutes(expected), kept)
	return pending, nil
}
