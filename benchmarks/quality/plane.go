package main

import (
	"context"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// sampleSize is the number of samples in the plane. They are compared with as many points of the
// distribution.
const sampleSize = 10_000

// targetSeed is the seed of the points that samples are compared with. The next numReferences seeds
// are those of points for reference.
const targetSeed, numReferences = 1000, 3

// Names of measures in quality.json.
const (
	slicedWasserstein = "sliced_wasserstein"
	offSupport        = "off_support"
)

// planar is a distribution in the plane with a known support.
type planar struct{ datasets.Supported }

// newPlane returns the work of a distribution of package datasets.
func newPlane(name string) planar {
	distribution, err := datasets.ByName(name)
	if err != nil {
		panic(err)
	}
	return planar{distribution.(datasets.Supported)}
}

func (p planar) name() string { return p.Name() }

func (planar) kind() kind { return plane }

func (p planar) recommended(context.Context, int64) (meanflow.Config, error) {
	return meanflow.Recommended(p.Supported), nil
}

func (p planar) measure(m *meanflow.Model, steps int, seed int64) (measures, error) {
	points, err := m.Sample(sampleSize, steps, 100+seed)
	if err != nil {
		return nil, err
	}
	return p.measurePoints(points, seed)
}

func (p planar) measurePoints(points [][]float64, seed int64) (measures, error) {
	distance, err := distanceFrom(p.Supported, points, seed)
	if err != nil {
		return nil, err
	}
	share, err := metrics.OffSupport(points, p.Contains)
	return measures{slicedWasserstein: distance, offSupport: share}, err
}

func (p planar) references(context.Context) ([]*reference, error) {
	return referenceOf(p.Supported, p.measurePoints)
}

// referenceOf measures points of a distribution as samples are measured, the mean of numReferences
// draws.
func referenceOf(
	distribution datasets.Distribution,
	measure func(points [][]float64, seed int64) (measures, error),
) ([]*reference, error) {
	mean := measures{}
	for seed := range int64(numReferences) {
		points, err := datasets.Draw(distribution, sampleSize, targetSeed+1+seed)
		if err != nil {
			return nil, err
		}
		measured, err := measure(points, seed)
		if err != nil {
			return nil, err
		}
		for name, value := range measured {
			mean[name] += value / numReferences
		}
	}
	return []*reference{{
		Work: distribution.Name(), Name: "points of the distribution", Measures: mean,
	}}, nil
}

func (planar) columns() []column {
	return []column{
		{measure: slicedWasserstein, title: "sliced Wasserstein distance", format: "%.3f"},
		{measure: offSupport, title: "share off the support", format: "%.3f"},
	}
}

// distanceFrom is the sliced Wasserstein distance of points from points of a distribution.
func distanceFrom(
	distribution datasets.Distribution, points [][]float64, seed int64,
) (float64, error) {
	target, err := datasets.Draw(distribution, sampleSize, targetSeed)
	if err != nil {
		return 0, err
	}
	return metrics.SlicedWasserstein(points, target, seed)
}
