package main

import (
	"context"
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

const (
	tablesFolder = "datasets/testdata/scikit-learn"
	targetColumn = "target" // Of the classes, which are left out.
	numSets      = 8        // Sets of samples, each of as many as there are rows in a half.
)

// Names of measures in quality.json: distances over the distance of the two halves.
const (
	wassersteinRatio = "sliced_wasserstein_ratio"
	energyRatio      = "energy_ratio"
)

// table is a file of rows. One half is trained on, and samples are compared with the other.
type table struct{ title, file string }

func newTable(title, file string) table { return table{title, file} }

func (t table) name() string { return t.title }

func (table) kind() kind { return tables }

// halves returns all rows, and the two halves of a seed.
func (t table) halves(seed int64) (all, half, heldOut *datasets.Points, err error) {
	all, err = datasets.Read(filepath.Join(tablesFolder, t.file),
		datasets.ReadOptions{LeaveOut: []string{targetColumn}})
	if err != nil {
		return nil, nil, nil, err
	}
	half, heldOut, err = all.Split(0.5, seed)
	return all, half, heldOut, err
}

func (t table) recommended(_ context.Context, seed int64) (meanflow.Config, error) {
	_, half, _, err := t.halves(seed)
	return meanflow.Recommended(half), err
}

// measure returns the means over numSets sets of samples.
func (t table) measure(m *meanflow.Model, steps int, seed int64) (measures, error) {
	all, half, heldOut, err := t.halves(seed)
	if err != nil {
		return nil, err
	}
	rows := all.Rows()
	target := standardized(heldOut.Rows(), rows)
	floor, err := distances(standardized(half.Rows(), rows), target, seed)
	if err != nil {
		return nil, err
	}
	mean := measures{}
	for draw := range int64(numSets) {
		points, err := m.Sample(half.Len(), steps, draw)
		if err != nil {
			return nil, err
		}
		measured, err := distances(standardized(points, rows), target, seed)
		if err != nil {
			return nil, err
		}
		for name, distance := range measured {
			mean[name] += distance / floor[name] / numSets
		}
	}
	return mean, nil
}

// distances are the distances of points from a target.
func distances(points, target [][]float64, seed int64) (measures, error) {
	sliced, err := metrics.SlicedWasserstein(points, target, seed)
	if err != nil {
		return nil, err
	}
	energy, err := metrics.Energy(points, target)
	return measures{wassersteinRatio: sliced, energyRatio: energy}, err
}

// references returns none: the distance of the two halves is 1.
func (table) references(context.Context) ([]*reference, error) { return nil, nil }

func (table) columns() []column {
	return []column{
		{measure: wassersteinRatio, title: "sliced Wasserstein / halves'", format: "%.2f"},
		{measure: energyRatio, title: "energy distance / halves'", format: "%.2f"},
	}
}

// standardized returns rows [n][dim] less the means of all and divided by their deviations.
// Constant columns become 0.
func standardized(rows, all [][]float64) [][]float64 {
	result := make([][]float64, len(rows))
	for i := range rows {
		result[i] = make([]float64, len(rows[i]))
	}
	values := make([]float64, len(all))
	for j := range all[0] {
		for i := range all {
			values[i] = all[i][j]
		}
		column := scale.Standard(values)
		for i := range rows {
			result[i][j] = column.ToNetwork(rows[i][j])
		}
	}
	return result
}
