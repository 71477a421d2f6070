package main

import (
	"context"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// Names of measures in reach.json.
const (
	slicedWasserstein = "sliced_wasserstein"
	offSupport        = "off_support"
)

// checkerboard is the tutorial's distribution. Contestants draw new points for each batch.
type checkerboard struct{}

func (checkerboard) name() string { return "checkerboard" }

func (checkerboard) firstSteps() int { return 200 }

func (checkerboard) open(context.Context, string) (data, error) {
	return data{dim: 2, samples: 10_000}, nil
}

func (checkerboard) asked() measures { return measures{slicedWasserstein: 0.03, offSupport: 0.1} }

func (checkerboard) measure(samples [][]float64) (measures, error) {
	target, err := datasets.Draw(datasets.Checkerboard{}, 10_000, 1000)
	if err != nil {
		return nil, err
	}
	distance, err := metrics.SlicedWasserstein(samples, target, 0)
	if err != nil {
		return nil, err
	}
	share, err := metrics.OffSupport(samples, datasets.Checkerboard{}.Contains)
	return measures{slicedWasserstein: distance, offSupport: share}, err
}

func (checkerboard) columns() []column {
	return []column{
		{slicedWasserstein, "sliced Wasserstein distance", "%.3f"},
		{offSupport, "share off the support", "%.3f"},
	}
}
