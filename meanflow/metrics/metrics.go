// Package metrics measures how far generated points are from points of the target: [SlicedWasserstein]
// and [Energy] are distances between two sets of points, [OffSupport] is the share of points where the
// target has none.
//
// Two finite sets of the same distribution are never at distance 0: compare a result with the distance
// between two sets of target points of the same size.
package metrics

import (
	"errors"
	"fmt"
	"math"
)

// check says what makes two sets of points incomparable.
func check(a, b [][]float64) error {
	if len(a) == 0 || len(b) == 0 {
		return fmt.Errorf("sets of %d and %d points, each must have at least one", len(a), len(b))
	}
	dim := len(a[0])
	if dim == 0 {
		return errors.New("points without coordinates")
	}
	for s, set := range [2][][]float64{a, b} {
		for i, point := range set {
			if len(point) != dim {
				return fmt.Errorf("point %d of set %d has %d coordinates, the first point has %d", i, s+1, len(point), dim)
			}
			for _, coordinate := range point {
				if math.IsNaN(coordinate) || math.IsInf(coordinate, 0) {
					return fmt.Errorf("point %d of set %d is %v, all coordinates must be finite", i, s+1, point)
				}
			}
		}
	}
	return nil
}
