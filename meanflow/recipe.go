package meanflow

import (
	"fmt"
	"strconv"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// recipe returns the fields that decide the result of a training with initial weights, nil for
// none, except those that package training adds. A checkpoint keeps them, and resuming compares
// them.
func (c Config) recipe(meta metadata, weights training.Weights) (training.Recipe, error) {
	data, err := fingerprint(c)
	if err != nil {
		return nil, err
	}
	initial, err := identify(weights)
	if err != nil {
		return nil, err
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	predicts := "velocities"
	if meta.PredictsAverage {
		predicts = "average velocities"
	}
	return append(meta.architecture(), training.Recipe{
		{Name: "what Config.Objective predicts", Value: predicts, Fixed: true},
		{Name: "Config.Data", Value: data, Effect: "the model learns the new data from here on"},
		{Name: "Config.Objective", Value: describe(c.Objective),
			Effect: "the loss changes from here on"},
		{Name: "Config.Coupling", Value: c.Coupling.Name,
			Effect: "the flow between noise and data changes from here on"},
		{Name: "Config.Guidance", Value: number(c.Guidance),
			Effect: "the velocities are guided by the new scale from here on"},
		{Name: "Config.MaxGuidance", Value: number(c.MaxGuidance),
			Effect: "guidance scales are drawn from the new range from here on"},
		{Name: "Config.ClassDropout", Value: number(c.ClassDropout),
			Effect: "conditions are withheld from the new share of examples from here on"},
		{Name: "Config.InitialModel", Value: initial,
			Effect: "none: the weights go on from the checkpoint's"},
	}...), nil
}

// architecture returns the fields that decide which weights the network has. meta.Network must be
// set.
func (meta metadata) architecture() training.Recipe {
	net := string(meta.Network)
	if net == "" {
		net = "a network of your own"
	}
	inputs := "none"
	if meta.MaxGuidance != 0 {
		inputs = "drawn for each example"
	}
	return training.Recipe{
		{Name: "Config.Data.Dim", Value: strconv.Itoa(meta.Dim), Fixed: true},
		{Name: "the number of classes", Value: strconv.Itoa(meta.Classes), Fixed: true},
		{Name: "the number of condition values", Value: strconv.Itoa(meta.Values), Fixed: true},
		{Name: "the guidance scale that Config.Network takes", Value: inputs, Fixed: true},
		{Name: "Config.Network", Value: net, Fixed: true},
	}
}

// describe returns an objective's text with its parameters if it has one, or else its name.
func describe(objective Objective) string {
	if described, ok := objective.(fmt.Stringer); ok {
		return described.String()
	}
	return objective.Name()
}
