package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Correlation is the pair of columns whose correlations in the samples and in the data differ most.
type Correlation struct {
	// First and Second are the indices of the columns, First < Second, or both 0 if there is no
	// pair. A column that is constant in the data or in the samples has no correlations.
	First, Second int
	// Data and Samples are Pearson's correlation coefficients, from -1 to 1.
	Data, Samples float64
}

// Difference returns the absolute difference of the two correlations, from 0 to 2.
func (c Correlation) Difference() float64 { return math.Abs(c.Data - c.Samples) }

// largestDifference returns the pair of columns whose correlations differ most.
func largestDifference(samples, data [][]float64) Correlation {
	ofSamples, ofData := correlations(samples), correlations(data)
	var largest Correlation
	for i := range data[0] {
		for j := range i {
			pair := Correlation{j, i, ofData.At(j, i), ofSamples.At(j, i)}
			difference := pair.Difference() // NaN if a column is constant.
			isFirst := largest.Second == 0 && !math.IsNaN(difference)
			if isFirst || difference > largest.Difference() {
				largest = pair
			}
		}
	}
	return largest
}

// correlations returns the correlation matrix [dim, dim] of rows [n][dim]. Those of a constant
// column are NaN.
func correlations(rows [][]float64) *mat.SymDense {
	dim := len(rows[0])
	values := mat.NewDense(len(rows), dim, nil)
	for i, row := range rows {
		values.SetRow(i, row)
	}
	matrix := mat.NewSymDense(dim, nil)
	stat.CorrelationMatrix(matrix, values, nil)
	for i := range dim {
		constant := true
		for _, row := range rows {
			constant = constant && row[i] == rows[0][i]
		}
		for j := 0; constant && j < dim; j++ {
			matrix.SetSym(i, j, math.NaN())
		}
	}
	return matrix
}
