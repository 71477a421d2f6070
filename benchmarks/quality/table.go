package main

import (
	"context"

	"github.com/meanflow-go/meanflow/benchmarks/internal/tablemeasures"
	"github.com/meanflow-go/meanflow/meanflow"
)

const tablesFolder = "datasets/testdata/scikit-learn"

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

// open returns the table in the halves of a seed.
func (t table) open(seed int64) (*tablemeasures.Table, error) {
	return tablemeasures.Open(tablesFolder, t.file, seed)
}

func (t table) recommended(_ context.Context, seed int64) (meanflow.Config, error) {
	halves, err := t.open(seed)
	if err != nil {
		return meanflow.Config{}, err
	}
	return meanflow.Recommended(halves.Half), nil
}

// measure returns the means over several sets of samples.
func (t table) measure(m *meanflow.Model, steps int, seed int64) (measures, error) {
	halves, err := t.open(seed)
	if err != nil {
		return nil, err
	}
	sets := make([][][]float64, tablemeasures.NumSets)
	for draw := range sets {
		sets[draw], err = m.Sample(halves.Half.Len(), steps, int64(draw))
		if err != nil {
			return nil, err
		}
	}
	mean, err := halves.Measure(sets...)
	return measures{wassersteinRatio: mean.Wasserstein, energyRatio: mean.Energy}, err
}

// references returns none: the distance of the two halves is 1.
func (table) references(context.Context) ([]*reference, error) { return nil, nil }

func (table) columns() []column {
	return []column{
		{measure: wassersteinRatio, title: "sliced Wasserstein / halves'", format: "%.2f"},
		{measure: energyRatio, title: "energy distance / halves'", format: "%.2f"},
	}
}
