// Package tablemeasures measures samples of tables: how close they are to rows that were held out,
// beside the rows that were trained on.
package tablemeasures

import (
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// NumSets is the number of sets of samples to measure, each of as many as there are rows in a half.
const NumSets = 8

const targetColumn = "target" // Of the classes, which are left out.

// Table is a table in two halves. One is trained on, and samples are compared with the other.
type Table struct {
	Half, HeldOut *datasets.Points
	rows          [][]float64 // Of both halves.
	seed          int64
}

// Measures are distances from the held-out half over the distance of the two halves.
type Measures struct{ Wasserstein, Energy float64 }

// Open reads a table of scikit-learn's from a file in a folder, and splits it by a seed.
func Open(folder, file string, seed int64) (*Table, error) {
	all, err := datasets.Read(filepath.Join(folder, file),
		datasets.ReadOptions{LeaveOut: []string{targetColumn}})
	if err != nil {
		return nil, err
	}
	half, heldOut, err := all.Split(0.5, seed)
	return &Table{half, heldOut, all.Rows(), seed}, err
}

// Measure returns the means over sets of samples [n][dim].
func (t *Table) Measure(sets ...[][]float64) (mean Measures, err error) {
	target := standardized(t.HeldOut.Rows(), t.rows)
	floor, err := t.distances(t.Half.Rows(), target)
	if err != nil {
		return mean, err
	}
	for _, samples := range sets {
		measured, err := t.distances(samples, target)
		if err != nil {
			return mean, err
		}
		mean.Wasserstein += measured.Wasserstein / floor.Wasserstein / float64(len(sets))
		mean.Energy += measured.Energy / floor.Energy / float64(len(sets))
	}
	return mean, nil
}

// distances are the distances of points from a standardized target.
func (t *Table) distances(points, target [][]float64) (m Measures, err error) {
	points = standardized(points, t.rows)
	if m.Wasserstein, err = metrics.SlicedWasserstein(points, target, t.seed); err != nil {
		return m, err
	}
	m.Energy, err = metrics.Energy(points, target)
	return m, err
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
