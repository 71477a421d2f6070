package metrics

import (
	"errors"
	"fmt"
)

// OffSupport is the share of points, from 0 to 1, that contains rejects. Package datasets has contains
// for the distributions whose support is known.
func OffSupport(points [][]float64, contains func(point []float64) bool) (float64, error) {
	if len(points) == 0 {
		return 0, errors.New("metrics: OffSupport: there are no points")
	}
	if contains == nil {
		return 0, errors.New("metrics: OffSupport: contains is nil")
	}
	if err := check(points, points); err != nil {
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
