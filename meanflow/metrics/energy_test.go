package metrics_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func TestEnergy(t *testing.T) {
	energy := func(a, b [][]float64) float64 {
		t.Helper()
		distance, err := metrics.Energy(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return distance
	}
	same := gaussian(500, 2, 1, 0, 1)
	near(t, "the distance of a set to itself", energy(same, same), 0, 1e-12)
	// Two single points: 2·‖x - y‖ = 2·5.
	near(t, "the distance of two points",
		energy([][]float64{{0, 0}}, [][]float64{{3, 4}}), 10, 1e-12)
	// {0} and {-1, 1}: 2·1 - 0 - (0 + 2 + 2 + 0)/4.
	near(t, "the distance of one point and two",
		energy([][]float64{{0}}, [][]float64{{-1}, {1}}), 1, 1e-12)
	// Normal numbers in one dimension, means 0 and d apart: E|X - X'| = 2/√π, and E|X - Y| is the
	// mean of a folded normal with mean d and variance 2. For d = 2: 2/√π·e⁻¹ + 2·(2·Φ(√2) - 1).
	apart := 2/math.Sqrt(math.Pi)*math.Exp(-1) + 2*math.Erf(1)
	a, b := gaussian(3000, 1, 1, 0, 1), gaussian(3000, 1, 1, 2, 2)
	near(t, "the distance of two normal sets", energy(a, b), 2*apart-4/math.Sqrt(math.Pi), 0.1)
}
