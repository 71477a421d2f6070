// Quality trains recipes on distributions with several seeds and measures their samples. It needs
// XLA, and about a minute per training of 10,000 steps. `make quality` runs it.
//
// The files: recipes.go defines what is trained, report.go writes the results.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// sampleSize is the number of samples. They are compared with as many points of the distribution.
const sampleSize = 10_000

// options are the flags, parsed.
type options struct {
	path          string // Of the report, without its extension.
	seeds         int
	recipes       []recipe
	distributions []datasets.Distribution
}

func main() {
	log.SetFlags(0)
	folder := flag.String("out", "benchmarks", "output folder of quality.json and quality.md")
	seeds := flag.Int("seeds", 3, "number of trainings of each recipe, each with another seed")
	recipeNames := flag.String("recipes", "",
		"comma-separated names of recipes to train, all if empty; quality.json keeps other results")
	distributionNames := flag.String("distributions", "checkerboard,crescent,spiral",
		"comma-separated names of distributions to train on; quality.json keeps other results")
	flag.Parse()
	chosen, err := parse(*folder, *seeds, *recipeNames, *distributionNames)
	if err == nil {
		backend.KeepMemory()
		err = run(meanflow.UntilInterrupted(), chosen)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func parse(folder string, seeds int, recipeNames, distributionNames string) (options, error) {
	chosen := options{path: filepath.Join(folder, "quality"), seeds: seeds}
	if seeds < 1 {
		return options{}, fmt.Errorf("-seeds is %d, it must be at least 1", seeds)
	}
	var err error
	if chosen.recipes, err = recipesByName(recipeNames); err != nil {
		return options{}, err
	}
	for _, name := range strings.Split(distributionNames, ",") {
		distribution, err := datasets.ByName(name)
		if err != nil {
			return options{}, fmt.Errorf("-distributions: %w", err)
		}
		chosen.distributions = append(chosen.distributions, distribution)
	}
	return chosen, nil
}

// recipesByName finds recipes by comma-separated names, all if empty, in the order of allRecipes.
func recipesByName(names string) (found []recipe, err error) {
	if names == "" {
		return allRecipes, nil
	}
	wanted := strings.Split(names, ",")
	for _, name := range wanted {
		if !isRecipe(name) {
			return nil, fmt.Errorf("-recipes: no recipe %.40q; quality/recipes.go has the names",
				name)
		}
	}
	for _, r := range allRecipes {
		if slices.Contains(wanted, r.name) {
			found = append(found, r)
		}
	}
	return found, nil
}

func isRecipe(name string) bool {
	return slices.ContainsFunc(allRecipes, func(r recipe) bool { return r.name == name })
}

// run trains and measures. It writes the report after each result: all of them take over an hour.
func run(ctx context.Context, chosen options) error {
	all, err := readReport(chosen.path)
	if err != nil {
		return err
	}
	for _, trained := range chosen.recipes {
		for _, steps := range trained.trainingSteps {
			for _, distribution := range chosen.distributions {
				measured := newResult(trained, steps, distribution.Name())
				for seed := range int64(chosen.seeds) {
					if err := measured.addSeed(ctx, trained, distribution, seed); err != nil {
						return fmt.Errorf("%s on %s: %w", trained.name, distribution.Name(), err)
					}
				}
				log.Print(measured)
				all.put(measured)
				if err := all.write(chosen.path); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// addSeed trains with a seed and adds the measures of its samples.
func (r *result) addSeed(
	ctx context.Context, trained recipe, distribution datasets.Distribution, seed int64,
) error {
	const batchesPerEpoch = 10
	config := trained.config(distribution)
	config.Seed = seed
	config.BatchesPerEpoch, config.Epochs = batchesPerEpoch, r.TrainingSteps/batchesPerEpoch
	m, err := meanflow.Train(ctx, config)
	if err != nil {
		return err
	}
	target, err := datasets.Draw(distribution, sampleSize, 1000)
	if err != nil {
		return err
	}
	for k := range r.Samples {
		measured := &r.Samples[k]
		points, err := m.SampleWith(meanflow.SampleOptions{
			Times: meanflow.UniformGrid(measured.Steps), Renoise: trained.renoises,
		}, sampleSize, 100+seed)
		if err != nil {
			return err
		}
		distance, err := metrics.SlicedWasserstein(points, target, seed)
		if err != nil {
			return err
		}
		measured.Distances = append(measured.Distances, distance)
		if supported, ok := distribution.(datasets.Supported); ok {
			share, err := metrics.OffSupport(points, supported.Contains)
			if err != nil {
				return err
			}
			measured.OffSupport = append(measured.OffSupport, share)
		}
	}
	return nil
}
