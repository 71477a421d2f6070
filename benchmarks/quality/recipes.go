package main

import (
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// recipe is a way of training.
type recipe struct {
	Name   string
	Steps  []int // Of training.
	config func(data datasets.Distribution) meanflow.Config
}

// adaptive is the weight that most recipes share.
var adaptive = meanflow.AdaptiveWeight{Power: 0.5}

// recipes begin with the two that the tutorial has. All have its network and batch.
var recipes = []recipe{
	{"flow matching", []int{10_000, 1_000}, func(data datasets.Distribution) meanflow.Config {
		return meanflow.Config{Data: data, Objective: meanflow.FlowMatching{}, Schedule: meanflow.Cosine}
	}},
	{"tutorial", []int{10_000, 1_000}, func(data datasets.Distribution) meanflow.Config {
		return meanflow.Config{Data: data}
	}},
	{"recommended", []int{10_000, 1_000}, func(data datasets.Distribution) meanflow.Config {
		return meanflow.Recommended(data)
	}},
	// What each part of it does.
	{"independent noise", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Coupling = nil
		return config
	}},
	{"no weights", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Objective = meanflow.MeanFlow{}
		return config
	}},
	{"constant rate", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Schedule = nil
		return config
	}},
	{"flow matching, sorted noise", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Objective = meanflow.FlowMatching{}
		return config
	}},
	// Other objectives in it.
	{"improved", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Objective = meanflow.ImprovedMeanFlow{MeanFlow: meanflow.MeanFlow{Equal: 0.5, Weight: adaptive}}
		return config
	}},
	{"split", []int{10_000}, func(data datasets.Distribution) meanflow.Config {
		config := meanflow.Recommended(data)
		config.Objective = meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Equal: 0.5, Weight: adaptive}}
		return config
	}},
}
