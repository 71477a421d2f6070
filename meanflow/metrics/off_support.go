package metrics

import (
	"errors"
	"fmt"
)

// OffSupport returns the share, from 0 to 1, of the points [n][dim] for which contains returns
// false. The Contains methods of package datasets fit. The error names an argument that is empty or
// nil, or a point with another dimension or a coordinate that is not finite.
func OffSupport(points [][]float64, contains func(point []float64) bool) (float64, error) {
	if len(points) == 0 {
		return 0, errors.New("metrics: OffSupport: points is empty, it must have at least 1 point")
	}
	if contains == nil {
		return 0, errors.New("metrics: OffSupport: contains is nil")
	}
	if len(points[0]) == 0 {
		return 0, errors.New("metrics: OffSupport: points[0] is empty, it must have coordinates")
	}
	if err := checkPoints("points", points, len(points[0])); err != nil {
		return 0, fmt.Errorf("metrics: OffSupport: %w", err)
	}
	off := 0
	for _, point := range points {
		if !contains(point) {
			off++
		}
	}
	return float64(off) / float64(len(points)), nil
}
