package main

import (
	"context"

	"github.com/meanflow-go/meanflow/meanflow"
)

// kind is a group of works that a recipe is trained on for the same numbers of steps.
type kind string

const (
	plane   kind = "plane"   // Distributions with a known support.
	mixture kind = "mixture" // A distribution with a known density.
	tables  kind = "tables"
	codes   kind = "codes" // Codes of images.
)

// work is data to learn, and the way to measure samples of them.
type work interface {
	name() string
	kind() kind
	// recommended returns the recommended configuration of the training with a seed.
	recommended(ctx context.Context, seed int64) (meanflow.Config, error)
	// measure samples the model of a seed in a number of steps, and measures the samples.
	measure(m *meanflow.Model, steps int, seed int64) (measures, error)
	// references measures what samples are compared with.
	references(ctx context.Context) ([]*reference, error)
	// columns are the measures in the order of the tables. The first is in the figure.
	columns() []column
}

// measuredVelocity is a work that also measures the velocity of models that know it at all times.
type measuredVelocity interface {
	measureVelocity(m *meanflow.Model) (measures, error)
}

// computedData is a work whose data are computed, and may differ from machine to machine.
type computedData interface {
	// dataFingerprint returns a text that is equal for equal data only.
	dataFingerprint(ctx context.Context) (string, error)
}

// dataFingerprint returns that of computedData, "" for other works.
func dataFingerprint(ctx context.Context, of work) (string, error) {
	if of, ok := of.(computedData); ok {
		return of.dataFingerprint(ctx)
	}
	return "", nil
}

// measures are numbers by the name of a measure.
type measures map[string]float64

// column is a measure in a table.
type column struct {
	measure   string // Its name in quality.json.
	title     string
	format    string // Of a number, for Sprintf.
	isOfModel bool   // Needs no samples.
}

// allWorks are the works in the order of the tables.
var allWorks = []work{
	newPlane("checkerboard"), newPlane("crescent"), newPlane("spiral"), eightGaussians{},
	newTable("breast cancer", "breast_cancer.csv"), newTable("wine", "wine_data.csv"),
	&digitCodes{},
}

// workByName returns a work, or nil.
func workByName(name string) work {
	for _, w := range allWorks {
		if w.name() == name {
			return w
		}
	}
	return nil
}
