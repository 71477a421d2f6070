// Package metrics measures how close generated points are to a target distribution.
// [Compare] reports how close samples of any data are to the data, and whether they copy it.
// [SlicedWasserstein] and [Energy] are distances between two sets of points, [OffSupport] is the
// share of generated points that lie outside the target's support.
//
// For images, [Frechet] is the distance between two sets of features, which package
// [github.com/meanflow-go/meanflow/meanflow/metrics/digits] computes for digits. [Nearest] finds
// the training image that is most like a sample, and [Agreement] is the share of samples that are
// recognised as the class they were generated for.
//
// Two finite samples of one distribution almost never have the distance 0: compare a result with
// the distance between two sets of target points of the same sizes.
package metrics

import (
	"errors"
	"fmt"
	"math"
)

// check returns an error if a [n][dim] or b [m][dim] is empty, their dimensions differ or are 0, or
// a coordinate is not finite.
func check(a, b [][]float64) error {
	if len(a) == 0 || len(b) == 0 {
		return fmt.Errorf("a has %d and b has %d points, each must have at least 1", len(a), len(b))
	}
	dim := len(a[0])
	if dim == 0 {
		return errors.New("a[0] has no coordinates, it must have at least 1")
	}
	if err := checkPoints("a", a, dim); err != nil {
		return err
	}
	return checkPoints("b", b, dim)
}

// checkPoints returns an error if a point does not have dim coordinates, all of them finite.
func checkPoints(name string, points [][]float64, dim int) error {
	for i, point := range points {
		if len(point) != dim {
			return fmt.Errorf("%s[%d] has %d coordinates, it must have %d",
				name, i, len(point), dim)
		}
		for j, coordinate := range point {
			if math.IsNaN(coordinate) || math.IsInf(coordinate, 0) {
				return fmt.Errorf("%s[%d][%d] is %v, it must be finite", name, i, j, coordinate)
			}
		}
	}
	return nil
}

const maxCoordinate = 1e100 // In magnitude, so that the squares don't overflow.

// checkMagnitudes returns an error if a number exceeds maxCoordinate in magnitude.
func checkMagnitudes(name string, rows [][]float64) error {
	for i, row := range rows {
		for j, value := range row {
			if math.Abs(value) > maxCoordinate {
				return fmt.Errorf("%s[%d][%d] is %v, it must be from -1e100 to 1e100",
					name, i, j, value)
			}
		}
	}
	return nil
}
