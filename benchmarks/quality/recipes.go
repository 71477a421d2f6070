package main

import (
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// recipe is a way of training.
type recipe struct {
	Name    string
	Steps   []int // Of training.
	config  func(data datasets.Distribution) meanflow.Config
	renoise bool // Between several steps of sampling.
}

// change is the recommended recipe with another one of its parts.
func change(change func(config *meanflow.Config)) func(data datasets.Distribution) meanflow.Config {
	return func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		change(&config)
		return config
	}
}

// objective is the recommended recipe with another objective.
func objective(objective meanflow.Objective) func(data datasets.Distribution) meanflow.Config {
	return change(func(config *meanflow.Config) { config.Objective = objective })
}

// recommended is the objective of the recommended recipe, with its options.
var recommended = meanflow.Recommended(nil).Objective.(meanflow.MeanFlow)

// consistency is trained on the way to the data only. With sorted noise its several steps are ways that it does not know.
var consistency = meanflow.AlphaFlow{MeanFlow: meanflow.MeanFlow{
	Sampler: meanflow.ToData(meanflow.Uniform), Weight: recommended.Weight,
}}

// Training steps: what is told of a recipe, and what its parts are compared by.
var long, short = []int{10_000, 1_000}, []int{3_000}

// recipes begin with the two that the tutorial has. All have its network and batch.
var recipes = []recipe{
	{Name: "flow matching", Steps: long, config: func(data datasets.Distribution) meanflow.Config {
		return meanflow.Config{Data: data, Objective: meanflow.FlowMatching{}, Schedule: meanflow.Cosine}
	}},
	{Name: "flow matching at the recommended rate", Steps: long, config: change(func(config *meanflow.Config) {
		config.Objective, config.Coupling = meanflow.FlowMatching{}, nil
	})},
	{Name: "tutorial", Steps: long, config: func(data datasets.Distribution) meanflow.Config {
		return meanflow.Config{Data: data}
	}},
	{Name: "recommended", Steps: append(long, short...), config: change(func(*meanflow.Config) {})},
	// What each part of it does.
	{Name: "independent noise", Steps: short, config: change(func(config *meanflow.Config) { config.Coupling = nil })},
	{Name: "tutorial's rate", Steps: short, config: change(func(config *meanflow.Config) {
		config.LearningRate, config.Schedule = 0, nil
	})},
	{Name: "no weights", Steps: short, config: objective(meanflow.MeanFlow{Equal: recommended.Equal})},
	{Name: "r = t nowhere", Steps: short, config: objective(meanflow.MeanFlow{Weight: recommended.Weight})},
	// Other objectives in it.
	{Name: "flow matching with sorted noise", Steps: short, config: objective(meanflow.FlowMatching{})},
	{Name: "improved", Steps: short, config: objective(meanflow.ImprovedMeanFlow{MeanFlow: recommended})},
	{Name: "split", Steps: short, config: objective(meanflow.SplitMeanFlow{MeanFlow: recommended})},
	{Name: "alpha", Steps: short, config: objective(meanflow.AlphaFlow{MeanFlow: recommended})},
	{Name: "consistency", Steps: short, config: objective(consistency)},
	{Name: "consistency with independent noise", Steps: short, renoise: true, config: change(func(config *meanflow.Config) {
		config.Objective, config.Coupling = consistency, nil
	})},
}
