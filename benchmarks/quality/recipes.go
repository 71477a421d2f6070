package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/meanflow"
)

// recipe is a named way of training.
type recipe struct {
	name string
	// lengths are the numbers of training steps on the works that the recipe is for.
	lengths lengths
	// change makes the recipe of a work's recommended configuration.
	change func(config *meanflow.Config)
	first  *pretraining // Nil for none.
	// sampling are numbers of sampling steps, those of defaultSampling if nil. It is []int{1} for a
	// model that knows only one step, and no velocities.
	sampling []int
	figure   role
}

// pretraining is a training of flow matching, with the recipe's other settings, before the recipe's
// own. Its time and that of use count.
type pretraining struct {
	steps int
	makes string // What use makes with the model, for the fingerprint; "" for nothing.
	// use changes the configuration of the recipe's own training by the model.
	use func(config *meanflow.Config, first *meanflow.Model) error
}

// lengths are numbers of training steps by kind of work.
type lengths map[kind][]int

// role is what a recipe is in the figure.
type role int

const (
	absent   role = iota
	compared      // A line of the quality in one step.
	baseline      // The quality in the most steps. The figure has the best of these recipes.
)

var defaultSampling = []int{1, 2, 5, 100}

// samplingSteps are the numbers of steps that samples are measured in.
func (r recipe) samplingSteps() []int {
	if r.sampling == nil {
		return defaultSampling
	}
	return r.sampling
}

// config returns the recipe's configuration of a training, of which recommended is the recommended
// one.
func (r recipe) config(recommended meanflow.Config, steps int, seed int64) meanflow.Config {
	config := recommended
	r.change(&config)
	config.Seed = seed
	if config.BatchesPerEpoch == 0 {
		config.BatchesPerEpoch = 10
	}
	config.Epochs = steps / config.BatchesPerEpoch
	return config
}

// objective changes the objective to one that a function makes of the recommended mean flow.
func objective(
	from func(recommended meanflow.MeanFlow) meanflow.Objective,
) func(config *meanflow.Config) {
	return func(config *meanflow.Config) {
		config.Objective = from(config.Objective.(meanflow.MeanFlow))
	}
}

func flowMatching(meanflow.MeanFlow) meanflow.Objective { return meanflow.FlowMatching{} }

// consistency is consistency training. It learns only the way to r = 0, so with sorted noise, which
// rules out Renoise, its samples in several steps ask for velocities that it has not learned.
func consistency(recommended meanflow.MeanFlow) meanflow.Objective {
	return meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{
		Times: meanflow.TimesToZero(meanflow.Uniform()), Weight: recommended.Weight,
	}}
}

// Numbers of training steps: several for the recipes that the figure compares, one for others.
var (
	full = lengths{
		plane: {1000, 3000, 10_000}, mixture: {3000}, tables: {1000, 3000}, codes: {2000, 8000},
	}
	inPlane = lengths{plane: {3000}}
)

// allRecipes begins with the ones that matter most. All use the network and the batch size that are
// recommended for a work, unless they say otherwise.
var allRecipes = []recipe{
	{
		name: "recommended", lengths: full, figure: compared,
		change: func(*meanflow.Config) {},
	},
	{
		name: "flow matching", figure: baseline,
		lengths: lengths{plane: {10_000}, mixture: {3000}, tables: {3000}},
		change: func(config *meanflow.Config) {
			config.Objective, config.Coupling = meanflow.FlowMatching{}, meanflow.IndependentNoise()
		},
	},
	{
		name: "drifting", figure: compared, sampling: []int{1},
		lengths: lengths{plane: {3000, 10_000}, tables: {3000}, codes: {8000}},
		change: func(config *meanflow.Config) {
			config.Objective, config.Coupling = meanflow.Drifting{}, meanflow.IndependentNoise()
			config.BatchSize, config.LearningRate = 512, 0.01
		},
	},
	{
		name: "random pairs", figure: compared,
		lengths: lengths{plane: {3000}, mixture: {3000}, tables: {3000}},
		change: func(config *meanflow.Config) {
			config.Coupling = meanflow.IndependentNoise()
		},
	},
	{
		name: "flow matching on sorted pairs", figure: baseline,
		lengths: lengths{plane: {3000}, mixture: {3000}, codes: {8000}},
		change:  objective(flowMatching),
	},
	{
		name: "tutorial", lengths: lengths{plane: {1000, 3000}},
		change: func(config *meanflow.Config) { *config = meanflow.Config{Data: config.Data} },
	},
	{
		name: "tutorial's flow matching", lengths: lengths{plane: {1000}},
		change: func(config *meanflow.Config) {
			*config = meanflow.Config{Data: config.Data, Objective: meanflow.FlowMatching{}}
		},
	},

	// After another model.
	{
		name: "warm start", figure: compared, lengths: lengths{plane: {500, 1500}},
		change: func(*meanflow.Config) {},
		first: &pretraining{3000, "", func(config *meanflow.Config, first *meanflow.Model) error {
			config.InitialModel = first
			return nil
		}},
	},
	{
		name: "reflow of random pairs", figure: compared,
		lengths: lengths{plane: {3000}, mixture: {3000}},
		change:  func(config *meanflow.Config) { config.Coupling = meanflow.IndependentNoise() },
		first: &pretraining{3000, "50,000 pairs in 100 steps",
			func(config *meanflow.Config, first *meanflow.Model) error {
				hundred := meanflow.SampleOptions{Times: meanflow.UniformGrid(100)}
				pairs, err := meanflow.Reflow(first, 50_000, hundred, config.Seed)
				config.Data, config.InitialModel = pairs, first
				return err
			}},
	},

	// The recommended recipe with another objective.
	{
		name: "improved mean flow", figure: compared, lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			return meanflow.ImprovedMeanFlow{MeanFlow: recommended}
		}),
	},
	{
		name: "split mean flow", figure: compared, lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			return meanflow.SplitMeanFlow{MeanFlow: recommended}
		}),
	},
	{
		name: "Lagrangian self-distillation", figure: compared, lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			return lagrangian{recommended}
		}),
	},
	{
		name: "alpha flow", figure: compared, lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			return meanflow.AlphaFlow{MeanFlow: recommended}
		}),
	},
	{
		name: "SoFlow", figure: compared, lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			return meanflow.AlphaFlow{MeanFlow: recommended, Alpha: soFlowAlpha}
		}),
	},
	{
		name: "consistency training", figure: compared, lengths: inPlane,
		change: objective(consistency),
	},

	// The recommended recipe without one of its parts.
	{
		name: "sorted noise without blur", lengths: lengths{plane: {3000}, mixture: {3000}},
		change: func(config *meanflow.Config) { config.Coupling = meanflow.SortedNoise() },
	},
	{
		name: "sorted noise with a blur of 0.2", lengths: lengths{plane: {3000}, mixture: {3000}},
		change: func(config *meanflow.Config) { config.Coupling = meanflow.SoftSortedNoise(0.2) },
	},
	{
		name: "tutorial's learning rate", lengths: inPlane,
		change: func(config *meanflow.Config) {
			config.LearningRate, config.Schedule = 0, meanflow.Schedule{}
		},
	},
	{
		name: "no adaptive weight", lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			recommended.Weight = meanflow.AdaptiveWeight{}
			return recommended
		}),
	},
	{
		name: "flow ratio 0", lengths: inPlane,
		change: objective(func(recommended meanflow.MeanFlow) meanflow.Objective {
			recommended.FlowRatio = 0
			return recommended
		}),
	},
}

// soFlowAlpha falls from 0.1 to 0.002 as SoFlow's α does for images (T. Luo et al., arXiv
// 2512.15657).
var soFlowAlpha = meanflow.Schedule{
	Name: "0.1 to 0.002 exponentially",
	Factor: func(progress *graph.Node) *graph.Node {
		return graph.MulScalar(graph.Exp(graph.MulScalar(progress, math.Log(0.02))), 0.1)
	},
}

// recipesByName finds recipes by comma-separated names, all if empty, in the order of allRecipes.
func recipesByName(names string) ([]recipe, error) {
	return chosen("-recipes", names, allRecipes, func(r recipe) string { return r.name })
}

// worksByName finds works by comma-separated names, all if empty, in the order of allWorks.
func worksByName(names string) ([]work, error) {
	return chosen("-works", names, allWorks, work.name)
}

// chosen returns the elements of all with comma-separated names, in the order of all; all of them
// if names is empty.
func chosen[T any](flag, names string, all []T, nameOf func(T) string) (found []T, err error) {
	if names == "" {
		return all, nil
	}
	wanted := strings.Split(names, ",")
	var known []string
	for _, element := range all {
		known = append(known, nameOf(element))
		if slices.Contains(wanted, nameOf(element)) {
			found = append(found, element)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: %.40q is not one of %s", flag, name,
				strings.Join(known, ", "))
		}
	}
	return found, nil
}
