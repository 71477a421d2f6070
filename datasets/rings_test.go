package datasets_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestRings(t *testing.T) {
	// The mean of the squared radius is (0.25 + 1 + 2.25)/3, half of it in each coordinate.
	want := moments{0, 0, 3.5 / 6, 3.5 / 6, 0}.withNoise(variance)
	checkDrawnMoments(t, datasets.Rings{}, want, tolerance)
}

// There are no points in the middle of a ring's gap.
func TestRingsShape(t *testing.T) {
	var curve [][2]float64
	for i := range 600 {
		sin, cos := math.Sincos(float64(i) / 600 * 2 * math.Pi)
		for _, radius := range []float64{0.5, 1, 1.5} {
			curve = append(curve, [2]float64{radius * cos, radius * sin})
		}
	}
	checkNearCurve(t, datasets.Rings{}, curve)
}
