package main

import "context"

// work is data to learn, the quality that is asked of samples in one step, and the way to measure
// it.
type work interface {
	name() string
	// firstSteps is the number of training steps after which samples are measured first. It
	// doubles from there. It is a multiple of 50, and of 100 for codes, chosen so that chance does
	// not decide which number reaches the quality with the recommended recipe.
	firstSteps() int
	// open makes the data that all contestants learn, in a folder, at the first call.
	open(ctx context.Context, folder string) (data, error)
	// asked are the largest measures that reach the quality, and the measures of columns.
	asked() measures
	// measure measures samples in the units of the data.
	measure(samples [][]float64) (measures, error)
	columns() []column
}

// data are what contestants learn.
type data struct {
	path         string // A file of rows, or empty for the checkerboard.
	dim, classes int
	samples      int // The number of samples to measure.
	// fingerprint is equal for equal data only. It is empty for data that never change.
	fingerprint string
}

// measures are numbers by the name of a measure. The smaller they are, the better.
type measures map[string]float64

// over returns the largest quotient of a measure and what is asked of it: at most 1 if the quality
// is reached.
func (m measures) over(asked measures) float64 {
	largest := 0.0
	for name, value := range m {
		largest = max(largest, value/asked[name])
	}
	return largest
}

// column is a measure in a table.
type column struct {
	measure string // Its name in reach.json.
	title   string
	format  string // Of a number, for Sprintf.
}

// allWorks are the works in the order of the tables.
var allWorks = []work{checkerboard{}, &table{}, &digitCodes{}}
