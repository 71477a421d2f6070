package main

import (
	"context"
	"path/filepath"

	"github.com/meanflow-go/meanflow/benchmarks/internal/tablemeasures"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

const wassersteinRatio = "sliced_wasserstein_ratio" // Over the distance of the halves.

// table is scikit-learn's table of breast cancer without the classes, in two halves.
type table struct {
	halves *tablemeasures.Table
	scales []scale.Column
	path   string
}

func (*table) name() string { return "breast cancer" }

func (*table) firstSteps() int { return 100 }

// open writes the half to train on, standardized.
func (t *table) open(_ context.Context, folder string) (data, error) {
	if t.halves == nil {
		halves, err := tablemeasures.Open("datasets/testdata/scikit-learn", "breast_cancer.csv", 0)
		if err != nil {
			return data{}, err
		}
		if t.scales, _, err = halves.Half.Scale(); err != nil {
			return data{}, err
		}
		t.path = filepath.Join(folder, "breast_cancer.npy")
		if err := writeRows(t.path, toNetwork(t.scales, halves.Half.Rows())); err != nil {
			return data{}, err
		}
		t.halves = halves
	}
	return data{
		path: t.path, dim: t.halves.Half.Dim(),
		samples: tablemeasures.NumSets * t.halves.Half.Len(),
	}, nil
}

func (*table) asked() measures { return measures{wassersteinRatio: 1.5} }

func (t *table) measure(samples [][]float64) (measures, error) {
	var sets [][][]float64
	samples = toUser(t.scales, samples)
	for n := t.halves.Half.Len(); len(samples) >= n; samples = samples[n:] {
		sets = append(sets, samples[:n])
	}
	measured, err := t.halves.Measure(sets...)
	return measures{wassersteinRatio: measured.Wasserstein}, err
}

func (*table) columns() []column {
	return []column{{wassersteinRatio, "sliced Wasserstein distance / the halves'", "%.2f"}}
}

// toNetwork returns rows [n][dim] in the units of scales [dim].
func toNetwork(scales []scale.Column, rows [][]float64) [][]float64 {
	return mapped(rows, func(j int, x float64) float64 { return scales[j].ToNetwork(x) })
}

// toUser returns rows [n][dim] in the units that scales [dim] came from.
func toUser(scales []scale.Column, rows [][]float64) [][]float64 {
	return mapped(rows, func(j int, x float64) float64 { return scales[j].ToUser(x) })
}

// mapped returns f(j, rows[i][j]) for each element.
func mapped(rows [][]float64, f func(j int, x float64) float64) [][]float64 {
	result := make([][]float64, len(rows))
	for i, row := range rows {
		result[i] = make([]float64, len(row))
		for j, x := range row {
			result[i][j] = f(j, x)
		}
	}
	return result
}
