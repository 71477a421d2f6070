package metrics

import (
	"fmt"
	"math"
)

// Energy returns the energy distance between two sets of points a [n][dim] and b [m][dim] (Székely
// and Rizzo, "Energy statistics", 2013, eq. 2.1), with X, X' drawn independently from a and Y, Y'
// from b:
//
//	2·E‖X - Y‖ - E‖X - X'‖ - E‖Y - Y'‖
//
// in the units of the coordinates. Up to rounding it is at least 0, and 0 only if the distributions
// of a and b are the same. It takes time proportional to (n + m)²·dim. The error names a set that
// is empty, or a point with another dimension or a coordinate that is not finite.
func Energy(a, b [][]float64) (float64, error) {
	if err := check(a, b); err != nil {
		return 0, fmt.Errorf("metrics: Energy: %w", err)
	}
	return 2*meanDistance(a, b) - meanDistance(a, a) - meanDistance(b, b), nil
}

// meanDistance returns the mean of ‖x - y‖ over all pairs of an x of a and a y of b.
func meanDistance(a, b [][]float64) float64 {
	var sum float64
	for _, from := range a {
		for _, to := range b {
			var squared float64 // Written out: a function call per pair would dominate.
			for i, coordinate := range from {
				squared += (coordinate - to[i]) * (coordinate - to[i])
			}
			sum += math.Sqrt(squared)
		}
	}
	return sum / float64(len(a)) / float64(len(b))
}
