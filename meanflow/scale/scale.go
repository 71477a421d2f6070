// Package scale relates the numbers of a user's column to the numbers that a network is trained on,
// which have a mean near 0 and a deviation near 1, as the noise has.
//
// [Standard] centres a column and divides it by its standard deviation. [Quantile] gives a column
// the normal distribution, which suits heavy tails and outliers. Both compute in float64. Numbers
// that float32 would blur, such as 1e9 and 1e9 + 0.25, are apart once they are centred, so the
// network's numbers can be float32.
package scale

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Column relates a number y in the user's units to a number x of the network:
//
//	y = Centre + Scale·x
//
// unless there are Quantiles. Then y is the quantile of the user's column at the probability Φ(x),
// where Φ is the distribution function of the standard normal distribution.
//
// The zero Column is that of a column that is always 0; [Identity] changes nothing.
type Column struct {
	Centre float64 `json:"centre"`
	// Scale is positive, or 0 for a constant column: then y is Centre for every x.
	Scale float64 `json:"scale"`
	// Quantiles are the quantiles of the user's column at the probabilities 0, 1/(n - 1), …, 1, in
	// ascending order, n of them, at least 2. Nil for a linear relation.
	Quantiles []float64 `json:"quantiles,omitempty"`
}

// Identity returns the Column for numbers that the network takes as they are.
func Identity() Column { return Column{Scale: 1} }

// MaxMagnitude is the largest magnitude of a user's number. It leaves room for differences and
// products.
const MaxMagnitude = 1e300

// Standard returns the Column that gives values [n], n at least 1, the mean 0 and the standard
// deviation 1. The values must be finite and at most [MaxMagnitude] in magnitude. Values that are
// all equal make a constant column.
func Standard(values []float64) Column {
	low, high := slices.Min(values), slices.Max(values)
	if low == high {
		return Column{Centre: low}
	}
	// The moments of values between 0 and 1: squares of the values could overflow, or vanish.
	unit := make([]float64, len(values))
	for i, value := range values {
		unit[i] = (value - low) / (high - low)
	}
	mean, deviation := stat.PopMeanStdDev(unit, nil)
	return Column{Centre: low + (high-low)*mean, Scale: (high - low) * deviation}
}

// Check returns an error unless the column has finite numbers, a Scale that is not negative, and no
// Quantiles or at least 2 in ascending order.
func (c Column) Check() error {
	if !isFinite(c.Centre) || !isFinite(c.Scale) || c.Scale < 0 {
		return fmt.Errorf("the centre is %v and the scale %v: both must be finite, and the scale "+
			"at least 0", c.Centre, c.Scale)
	}
	if len(c.Quantiles) == 1 || !slices.IsSorted(c.Quantiles) ||
		slices.ContainsFunc(c.Quantiles, func(q float64) bool { return !isFinite(q) }) {
		return fmt.Errorf("there are %d quantiles, they must be none, or at least 2 finite "+
			"numbers in ascending order", len(c.Quantiles))
	}
	return nil
}

// IsConstant reports whether the user's column has only one value.
func (c Column) IsConstant() bool {
	if n := len(c.Quantiles); n > 0 {
		return c.Quantiles[0] == c.Quantiles[n-1]
	}
	return c.Scale == 0
}

// Contains reports whether y is a number that a point can have: a constant column contains only its
// value, a column with quantiles the numbers between the first and the last quantile, and any other
// column all finite numbers.
func (c Column) Contains(y float64) bool {
	switch n := len(c.Quantiles); {
	case n > 0:
		return c.Quantiles[0] <= y && y <= c.Quantiles[n-1]
	case c.Scale == 0:
		return y == c.Centre
	}
	return math.Abs(y) <= MaxMagnitude
}

// ToNetwork returns the network's number for y. A constant column gives 0. With quantiles, the
// result is between -5.2 and 5.2, and a y beyond the column's range (see [Column.Contains]) counts
// as the end of the range.
func (c Column) ToNetwork(y float64) float64 {
	switch {
	case c.IsConstant():
		return 0
	case len(c.Quantiles) > 0:
		return c.quantileToNetwork(y)
	}
	return (y - c.Centre) / c.Scale
}

// ToUser returns the user's number for x. A constant column gives its value exactly.
func (c Column) ToUser(x float64) float64 {
	switch {
	case len(c.Quantiles) > 0:
		return c.quantileToUser(x)
	case c.Scale == 0:
		return c.Centre
	}
	return c.Centre + c.Scale*x
}

// Slope returns dy/dx at x, in the user's units: Scale unless there are quantiles.
func (c Column) Slope(x float64) float64 {
	if len(c.Quantiles) > 0 {
		return c.quantileSlope(x)
	}
	return c.Scale
}

// isFinite reports whether x is neither infinite nor NaN.
func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
