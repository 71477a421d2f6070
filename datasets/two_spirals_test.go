package datasets_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestTwoSpirals(t *testing.T) {
	want := curveMoments(func(a float64) (x, y float64) {
		angle, radius := 3*math.Pi*math.Sqrt(a), 1.8*math.Sqrt(a)
		return radius * math.Cos(angle), radius * math.Sin(angle)
	}).withNoise(variance).symmetrized()
	checkDrawnMoments(t, datasets.TwoSpirals{}, want, tolerance)
}

// There are no points between the arms.
func TestTwoSpiralsShape(t *testing.T) {
	var curve [][2]float64
	for i := range 1000 {
		turn := float64(i) / 999
		sin, cos := math.Sincos(turn * 3 * math.Pi)
		x, y := 1.8*turn*cos, 1.8*turn*sin
		curve = append(curve, [2]float64{x, y}, [2]float64{-x, -y})
	}
	checkNearCurve(t, datasets.TwoSpirals{}, curve)
}
