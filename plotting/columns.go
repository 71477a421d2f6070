package plotting

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// column holds the values of one column of the data and of the samples, and their common bins.
type column struct {
	name          string
	data, samples []float64 // [n] and [m], in the order of the rows.
	whole         bool      // Whether the data are integers.
	edges         []float64 // Of the bins, equally wide, [bins + 1].
}

// newColumns divides data [n, dim] and samples [m, dim] into columns. Without names, they are x1,
// x2, …. It returns an error if there are no data, too many columns, the wrong number of names,
// rows of different lengths, or numbers that can't be shown.
func newColumns(names []string, data, samples [][]float64, most int) ([]column, error) {
	if len(data) == 0 || len(data[0]) == 0 {
		return nil, errors.New("data is empty, want at least 1 row and 1 column")
	}
	dim := len(data[0])
	if dim > most {
		return nil, fmt.Errorf("data has %d columns, want at most %d: choose some", dim, most)
	}
	if names != nil && len(names) != dim {
		return nil, fmt.Errorf("names has %d names, want %d as data has columns", len(names), dim)
	}
	columns := make([]column, dim)
	for j := range columns {
		c := &columns[j]
		c.name = fmt.Sprintf("x%d", j+1)
		if names != nil {
			c.name = names[j]
		}
		var err error
		if c.data, err = columnOf("data", data, j, dim); err != nil {
			return nil, err
		}
		if c.samples, err = columnOf("samples", samples, j, dim); err != nil {
			return nil, err
		}
		c.bin()
	}
	return columns, nil
}

// columnOf returns column j of rows [n, dim], which an error calls by name.
func columnOf(name string, rows [][]float64, j, dim int) ([]float64, error) {
	values := make([]float64, len(rows))
	for i, row := range rows {
		if len(row) != dim {
			return nil, fmt.Errorf("%s[%d] has %d numbers, want %d", name, i, len(row), dim)
		}
		if !canBeShown(row[j]) {
			return nil, fmt.Errorf("%s[%d][%d] is %v, want a number from -1e300 to 1e300",
				name, i, j, row[j])
		}
		values[i] = row[j]
	}
	return values, nil
}

// Bins of a column.
const (
	minBins = 5
	maxBins = 40
	// wholeBins is the number of integers up to which each has a bin of its own, however few the
	// data are.
	wholeBins = 25
	// maxWhole is the magnitude up to which integers, and the numbers halfway between, are exact.
	maxWhole = 1 << 50
	// smallest is the smallest range of an axis, so that a bin's width is more than 0.
	smallest = 1e-300
)

// bin sets whole and edges. By the Rice rule, there are 2·∛n bins for n rows of data from their
// minimum to their maximum. Bins of integers hold equally many integers each. Further bins hold the
// samples outside, up to a range of the data away.
func (c *column) bin() {
	low, high := slices.Min(c.data), slices.Max(c.data)
	c.whole = max(-low, high) <= maxWhole && !slices.ContainsFunc(c.data, func(x float64) bool {
		return x != math.Trunc(x)
	})
	bins := min(max(math.Ceil(2*math.Cbrt(float64(len(c.data)))), minBins), maxBins)
	const constantBins = 11 // The constant is in the middle one.
	// Numbers that differ in their last digits only count as constant.
	isConstant := high-low <= max(1e-12*max(-low, high), smallest)
	switch {
	case c.whole && isConstant:
		low, high, bins = low-constantBins/2.0, low+constantBins/2.0, constantBins
	case c.whole:
		step := math.Ceil((high - low + 1) / math.Max(bins, wholeBins))
		bins = math.Ceil((high - low + 1) / step)
		low, high = low-0.5, low-0.5+step*bins
	case isConstant:
		half := max(math.Abs(low)/2, smallest)
		low, high, bins = low-half, low+half, constantBins
	}
	width := (high - low) / bins
	var before, after float64 // The numbers of further bins on both sides.
	if len(c.samples) > 0 {
		before = min(max(0, math.Ceil((low-slices.Min(c.samples))/width)), bins)
		after = min(max(0, math.Ceil((slices.Max(c.samples)-high)/width)), bins)
	}
	for k := -before; k <= bins+after; k++ {
		c.edges = append(c.edges, low+k*width)
	}
	c.edges[int(before+bins)] = max(high, c.edges[int(before+bins)]) // Rounding could lose high.
}

// axis returns the range of the column's axis: that of the bins, with a margin.
func (c column) axis() span {
	bins := span{c.edges[0], c.edges[len(c.edges)-1]}
	return bins.resized(0.52 * (bins.max - bins.min))
}

// shares returns the shares of the values that are in each bin. The last bin includes its upper
// edge.
func (c column) shares(values []float64) []float64 {
	dividers := slices.Clone(c.edges)
	last := len(dividers) - 1
	dividers[last] = math.Nextafter(dividers[last], math.Inf(1))
	inside := slices.DeleteFunc(slices.Clone(values), func(x float64) bool {
		return x < dividers[0] || x >= dividers[last]
	})
	slices.Sort(inside)
	shares := stat.Histogram(nil, dividers, inside, nil)
	for i := range shares {
		shares[i] /= float64(len(values))
	}
	return shares
}
