// Quality trains recipes on distributions with several seeds and measures what their samples are worth: `make quality`.
// It needs XLA, and a minute for each training of 10,000 steps.
//
// The files: recipes.go has what is trained, report.go what is written about it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// points is how many samples are compared with as many of the distribution.
const points = 10_000

func main() {
	log.SetFlags(0)
	folder := flag.String("out", "benchmarks", "where quality.json and quality.md are written")
	seeds := flag.Int("seeds", 3, "how often each recipe is trained")
	only := flag.String("recipes", "", "the names of those to train, separated by commas, all if empty")
	distributions := flag.String("distributions", "checkerboard,crescent,spiral", "the names of those to train on")
	flag.Parse()
	chosen, err := choose(*only)
	if err == nil && *seeds < 1 {
		err = fmt.Errorf("-seeds is %d, it must be at least 1", *seeds)
	}
	if err == nil {
		err = run(filepath.Join(*folder, "quality"), *seeds, chosen, strings.Split(*distributions, ","))
	}
	if err != nil {
		log.Fatal(err)
	}
}

// choose finds recipes by their names, in their own order.
func choose(names string) (chosen []recipe, err error) {
	if names == "" {
		return recipes, nil
	}
	for _, name := range strings.Split(names, ",") {
		if !slices.ContainsFunc(recipes, func(r recipe) bool { return r.Name == name }) {
			return nil, fmt.Errorf("there is no recipe %q", name)
		}
	}
	for _, recipe := range recipes {
		if slices.Contains(strings.Split(names, ","), recipe.Name) {
			chosen = append(chosen, recipe)
		}
	}
	return chosen, nil
}

func run(path string, seeds int, recipes []recipe, distributions []string) error {
	var results report
	for _, recipe := range recipes {
		for _, steps := range recipe.Steps {
			for _, name := range distributions {
				distribution, err := datasets.ByName(name)
				if err != nil {
					return err
				}
				result := newResult(recipe, steps, name)
				for seed := range int64(seeds) {
					if err := result.train(recipe, distribution, seed); err != nil {
						return fmt.Errorf("%s on %s: %w", recipe.Name, name, err)
					}
				}
				log.Print(result)
				results = append(results, result)
				if err := results.write(path); err != nil { // Each time, since all of them take more than an hour.
					return err
				}
			}
		}
	}
	return nil
}

// train trains with one seed and measures what comes of it.
func (r *result) train(recipe recipe, distribution datasets.Distribution, seed int64) error {
	const batches = 10
	config := recipe.config(distribution)
	config.Seed, config.BatchesPerEpoch, config.Epochs, config.Progress = seed, batches, r.Training/batches, io.Discard
	m, err := meanflow.Train(context.Background(), config)
	if err != nil {
		return err
	}
	target, err := datasets.Draw(distribution, points, 1000)
	if err != nil {
		return err
	}
	for k := range r.Samples {
		sampling := meanflow.Sampling{Times: meanflow.EvenTimes(r.Samples[k].Steps), Renoise: recipe.renoise}
		samples, err := m.SampleBy(sampling, points, 100+seed)
		if err != nil {
			return err
		}
		distance, err := metrics.SlicedWasserstein(samples, target, seed)
		if err != nil {
			return err
		}
		r.Samples[k].Distances = append(r.Samples[k].Distances, distance)
		if supported, ok := distribution.(datasets.Supported); ok {
			off, err := metrics.OffSupport(samples, supported.Contains)
			if err != nil {
				return err
			}
			r.Samples[k].OffSupport = append(r.Samples[k].OffSupport, off)
		}
	}
	return nil
}
