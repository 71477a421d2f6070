package meanflow

import (
	"fmt"
	"strconv"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// recipe is what decides the result of a training, besides what any training has: a checkpoint
// keeps it, and resuming compares it.
func (c Config) recipe(meta metadata) (training.Recipe, error) {
	data, err := fingerprint(c)
	if err != nil {
		return nil, err
	}
	net := string(meta.Network)
	if net == "" {
		net = "a network of your own"
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	const average = "average velocities"
	predicts := "velocities"
	if meta.PredictsAverage {
		predicts = average
	}
	return training.Recipe{
		{Name: "Config.Data.Dim", Value: strconv.Itoa(meta.Dim), Fixed: true},
		{Name: "the number of classes", Value: strconv.Itoa(meta.Classes), Fixed: true},
		{Name: "the number of condition values", Value: strconv.Itoa(meta.Values), Fixed: true},
		{Name: "Config.Network", Value: net, Fixed: true},
		{Name: "what Config.Objective predicts", Value: predicts, Fixed: true},
		{Name: "Config.Data", Value: data, Effect: "the model learns the new data from here on"},
		{Name: "Config.Objective", Value: describe(c.Objective),
			Effect: "the loss is another one from here on"},
		{Name: "Config.Coupling", Value: c.Coupling.Name,
			Effect: "the flow between noise and data becomes another one"},
		{Name: "Config.Guidance", Value: number(c.Guidance),
			Effect: "the velocities are guided as now from here on"},
		{Name: "Config.ClassDropout", Value: number(c.ClassDropout),
			Effect: "conditions are withheld from the new share of examples from here on"},
	}, nil
}

// describe is an objective with its parameters, as far as it tells them.
func describe(objective Objective) string {
	if described, ok := objective.(fmt.Stringer); ok {
		return described.String()
	}
	return objective.Name()
}
