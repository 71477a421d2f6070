package main

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// sampleSize is the number of samples in the plane. They are compared with as many points of the
// distribution.
const sampleSize = 10_000

// The seeds of the points that samples are compared with, and of others for reference.
const targetSeed, referenceSeed = 1000, 1001

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

func (p planar) measure(
	m *meanflow.Model, options meanflow.SampleOptions, seed int64,
) (measures, error) {
	points, err := m.SampleWith(options, sampleSize, 100+seed)
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

func (p planar) references() ([]*reference, error) {
	points, err := datasets.Draw(p.Supported, sampleSize, referenceSeed)
	if err != nil {
		return nil, err
	}
	measured, err := p.measurePoints(points, 0)
	return []*reference{{Work: p.name(), Name: "the distribution", Measures: measured}}, err
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

const logLikelihood = "log_likelihood"

// eightGaussians is a distribution in the plane with a known density.
type eightGaussians struct{}

func (eightGaussians) name() string { return datasets.EightGaussians().Name() }

func (eightGaussians) kind() kind { return mixture }

func (eightGaussians) recommended(context.Context, int64) (meanflow.Config, error) {
	return meanflow.Recommended(datasets.EightGaussians()), nil
}

func (w eightGaussians) measure(
	m *meanflow.Model, options meanflow.SampleOptions, seed int64,
) (measures, error) {
	points, err := m.SampleWith(options, sampleSize, 100+seed)
	if err != nil {
		return nil, err
	}
	distance, err := distanceFrom(datasets.EightGaussians(), points, seed)
	return measures{slicedWasserstein: distance}, err
}

// heldOut draws the points whose likelihood is measured.
func (eightGaussians) heldOut() ([][]float64, error) {
	return datasets.Draw(datasets.EightGaussians(), 2000, targetSeed)
}

// measureVelocity measures the density that the velocity of a model gives.
func (w eightGaussians) measureVelocity(m *meanflow.Model) (measures, error) {
	points, err := w.heldOut()
	if err != nil {
		return nil, err
	}
	logs, err := m.LogLikelihood(points, 50)
	return measures{logLikelihood: stat.Mean(logs, nil)}, err
}

func (w eightGaussians) references() ([]*reference, error) {
	points, err := datasets.Draw(datasets.EightGaussians(), sampleSize, referenceSeed)
	if err != nil {
		return nil, err
	}
	distance, err := distanceFrom(datasets.EightGaussians(), points, 0)
	if err != nil {
		return nil, err
	}
	if points, err = w.heldOut(); err != nil {
		return nil, err
	}
	densities, err := datasets.EightGaussians().Density(points)
	if err != nil {
		return nil, err
	}
	mean := 0.
	for _, density := range densities {
		mean += math.Log(density) / float64(len(densities))
	}
	measured := measures{slicedWasserstein: distance, logLikelihood: mean}
	return []*reference{{Work: w.name(), Name: "the distribution", Measures: measured}}, nil
}

func (eightGaussians) columns() []column {
	return []column{
		{measure: slicedWasserstein, title: "sliced Wasserstein distance", format: "%.3f"},
		{
			measure: logLikelihood, title: "mean log-likelihood", format: "%.3f", isOfModel: true,
		},
	}
}
