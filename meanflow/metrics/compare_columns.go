package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// Column compares one column of the samples with the same column of the data.
type Column struct {
	Name string
	// Mean and Deviation are the data's mean and standard deviation (with n - 1). Deviation is 0
	// only if the column is constant.
	Mean, Deviation float64
	// SamplesMean and SamplesDeviation are those of the samples.
	SamplesMean, SamplesDeviation float64
	// Min and Max are the ends of the data's range.
	Min, Max float64
	// Outside is the share of samples below Min or above Max, from 0 to 1.
	Outside float64
	// Wasserstein is the 1-Wasserstein distance of the samples to the data, in the column's units:
	// the mean absolute difference of the quantile functions.
	Wasserstein float64
	// Relative is Wasserstein in standard deviations of the data, or still in the column's units if
	// the data are constant.
	Relative float64
	// KolmogorovSmirnov is the largest difference of the cumulative distribution functions, from 0
	// to 1.
	KolmogorovSmirnov float64
}

// unit returns what one unit of the standardised column is in the column's own units.
func (c Column) unit() float64 {
	if c.Min == c.Max {
		return 1
	}
	return c.Deviation
}

// compareColumns compares all columns of samples [n][dim] and data [m][dim].
func compareColumns(names []string, samples, data [][]float64) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		ofSamples, ofData := sortedColumn(samples, i), sortedColumn(data, i)
		column := Column{
			Name: name,
			Min:  ofData[0], Max: ofData[len(ofData)-1],
			Wasserstein:       wasserstein(ofSamples, ofData, math.Abs),
			KolmogorovSmirnov: stat.KolmogorovSmirnov(ofSamples, nil, ofData, nil),
		}
		column.Mean, column.Deviation = meanDeviation(ofData)
		column.SamplesMean, column.SamplesDeviation = meanDeviation(ofSamples)
		column.Relative = column.Wasserstein / column.unit()
		outside := floats.Count(func(value float64) bool {
			return value < column.Min || value > column.Max
		}, ofSamples)
		column.Outside = float64(outside) / float64(len(ofSamples))
		columns[i] = column
	}
	return columns
}

// sortedColumn returns a column of rows [n][dim] in ascending order.
func sortedColumn(rows [][]float64, column int) []float64 {
	values := make([]float64, len(rows))
	for i, row := range rows {
		values[i] = row[column]
	}
	slices.Sort(values)
	return values
}

// meanDeviation returns the mean and the standard deviation of sorted values. Those of a constant
// are exact, which rounding would spoil.
func meanDeviation(sorted []float64) (mean, deviation float64) {
	if sorted[0] == sorted[len(sorted)-1] {
		return sorted[0], 0
	}
	return stat.MeanStdDev(sorted, nil)
}
