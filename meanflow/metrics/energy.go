package metrics

import (
	"fmt"
	"math"
)

// Energy is the energy distance between two sets of points, [n][dim] and [m][dim] (Székely and Rizzo,
// "Energy statistics", 2013, eq. 2.1), with X, X' drawn from a and Y, Y' from b:
//
//	2·E‖X - Y‖ - E‖X - X'‖ - E‖Y - Y'‖
//
// in the units of the coordinates. It is never negative, and 0 only where a and b are the same. It takes
// time proportional to (n + m)².
func Energy(a, b [][]float64) (float64, error) {
	if err := check(a, b); err != nil {
		return 0, fmt.Errorf("metrics: Energy: %w", err)
	}
	return 2*meanDistance(a, b) - meanDistance(a, a) - meanDistance(b, b), nil
}

func meanDistance(a, b [][]float64) float64 {
	var sum float64
	for _, from := range a {
		for _, to := range b {
			var squared float64 // In a loop of its own: a call for each pair takes most of the time.
			for i, coordinate := range from {
				squared += (coordinate - to[i]) * (coordinate - to[i])
			}
			sum += math.Sqrt(squared)
		}
	}
	return sum / float64(len(a)) / float64(len(b))
}
