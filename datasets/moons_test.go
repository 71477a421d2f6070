package datasets_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// upperMoon returns the point of the upper half circle at a in [0, 1], counterclockwise.
func upperMoon(a float64) (x, y float64) {
	return math.Cos(a*math.Pi) - 0.5, math.Sin(a*math.Pi) - 0.25
}

func TestMoons(t *testing.T) {
	want := curveMoments(upperMoon).withNoise(variance).symmetrized()
	checkDrawnMoments(t, datasets.Moons{}, want, tolerance)
}

// There are no points on the other side of a moon.
func TestMoonsShape(t *testing.T) {
	var curve [][2]float64
	for i := range 400 {
		x, y := upperMoon(float64(i) / 399)
		curve = append(curve, [2]float64{x, y}, [2]float64{-x, -y})
	}
	checkNearCurve(t, datasets.Moons{}, curve)
}
