package main

import (
	"context"
	"math"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

const logLikelihood = "log_likelihood"

// eightGaussians is a distribution in the plane with a known density.
type eightGaussians struct{}

func (eightGaussians) name() string { return datasets.EightGaussians().Name() }

func (eightGaussians) kind() kind { return mixture }

func (eightGaussians) recommended(context.Context, int64) (meanflow.Config, error) {
	return meanflow.Recommended(datasets.EightGaussians()), nil
}

func (w eightGaussians) measure(m *meanflow.Model, steps int, seed int64) (measures, error) {
	points, err := m.Sample(sampleSize, steps, 100+seed)
	if err != nil {
		return nil, err
	}
	return w.measurePoints(points, seed)
}

func (eightGaussians) measurePoints(points [][]float64, seed int64) (measures, error) {
	distance, err := distanceFrom(datasets.EightGaussians(), points, seed)
	return measures{slicedWasserstein: distance}, err
}

// heldOut draws the points whose likelihood is measured.
func (eightGaussians) heldOut() ([][]float64, error) {
	return datasets.Draw(datasets.EightGaussians(), 2000, 2000)
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

func (w eightGaussians) references(context.Context) ([]*reference, error) {
	found, err := referenceOf(datasets.EightGaussians(), w.measurePoints)
	if err != nil {
		return nil, err
	}
	points, err := w.heldOut()
	if err != nil {
		return nil, err
	}
	densities, err := datasets.EightGaussians().Density(points)
	for _, density := range densities {
		found[0].Measures[logLikelihood] += math.Log(density) / float64(len(densities))
	}
	return found, err
}

func (eightGaussians) columns() []column {
	return []column{
		{measure: slicedWasserstein, title: "sliced Wasserstein distance", format: "%.3f"},
		{
			measure: logLikelihood, title: "mean log-likelihood", format: "%.3f", isOfModel: true,
		},
	}
}
