package main

import (
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// recipe is a named way of training, and for how many steps.
type recipe struct {
	name          string
	trainingSteps []int
	config        configFunc
	renoises      bool // Samples with SampleOptions.Renoise.
}

// configFunc makes the configuration of a recipe for a distribution.
type configFunc func(data datasets.Distribution) meanflow.Config

// recommendedBut is the recommended recipe with one change.
func recommendedBut(change func(config *meanflow.Config)) configFunc {
	return func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		change(&config)
		return config
	}
}

// recommendedWith is the recommended recipe with another objective.
func recommendedWith(objective meanflow.Objective) configFunc {
	return recommendedBut(func(config *meanflow.Config) { config.Objective = objective })
}

// recommended is the objective of the recommended recipe.
var recommended = meanflow.Recommended(nil).Objective.(meanflow.MeanFlow)

// consistency is consistency training. It learns only the way to r = 0, so with sorted noise, which
// rules out Renoise, its samples in several steps ask for velocities that it has not learned.
var consistency = meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{
	Times: meanflow.TimesToZero(meanflow.Uniform()), Weight: recommended.Weight,
}}

// Numbers of training steps: long and short for the main comparison, medium for the parts of the
// recommended recipe and for other objectives.
var longAndShort, medium = []int{10_000, 1_000}, []int{3_000}

// allRecipes begins with the tutorial's two. All use the tutorial's network and batch size.
var allRecipes = []recipe{
	{
		name: "flow matching", trainingSteps: longAndShort,
		config: func(data datasets.Distribution) meanflow.Config {
			return meanflow.Config{
				Data: data, Objective: meanflow.FlowMatching{}, Schedule: meanflow.CosineDecay(),
			}
		},
	},
	{
		name: "flow matching at the recommended rate", trainingSteps: longAndShort,
		config: recommendedBut(func(config *meanflow.Config) {
			config.Objective, config.Coupling = meanflow.FlowMatching{}, meanflow.IndependentNoise()
		}),
	},
	{
		name: "tutorial", trainingSteps: longAndShort,
		config: func(data datasets.Distribution) meanflow.Config {
			return meanflow.Config{Data: data}
		},
	},
	{
		name: "recommended", trainingSteps: append(longAndShort, medium...),
		config: recommendedBut(func(*meanflow.Config) {}),
	},

	// The recommended recipe without one of its parts.
	{
		name: "independent noise", trainingSteps: medium,
		config: recommendedBut(func(config *meanflow.Config) {
			config.Coupling = meanflow.IndependentNoise()
		}),
	},
	{
		name: "tutorial's learning rate", trainingSteps: medium,
		config: recommendedBut(func(config *meanflow.Config) {
			config.LearningRate, config.Schedule = 0, meanflow.Schedule{}
		}),
	},
	{
		name: "no adaptive weight", trainingSteps: medium,
		config: recommendedWith(meanflow.MeanFlow{FlowRatio: recommended.FlowRatio}),
	},
	{
		name: "flow ratio 0", trainingSteps: medium,
		config: recommendedWith(meanflow.MeanFlow{Weight: recommended.Weight}),
	},

	// The recommended recipe with another objective.
	{
		name: "flow matching with sorted noise", trainingSteps: medium,
		config: recommendedWith(meanflow.FlowMatching{}),
	},
	{
		name: "improved mean flow", trainingSteps: medium,
		config: recommendedWith(meanflow.ImprovedMeanFlow{MeanFlow: recommended}),
	},
	{
		name: "split mean flow", trainingSteps: medium,
		config: recommendedWith(meanflow.SplitMeanFlow{MeanFlow: recommended}),
	},
	{
		name: "alpha flow", trainingSteps: medium,
		config: recommendedWith(meanflow.AlphaFlow{MeanFlow: recommended}),
	},
	{name: "consistency training", trainingSteps: medium, config: recommendedWith(consistency)},
	{
		name: "consistency training with independent noise", trainingSteps: medium, renoises: true,
		config: recommendedBut(func(config *meanflow.Config) {
			config.Objective, config.Coupling = consistency, meanflow.IndependentNoise()
		}),
	},
}
