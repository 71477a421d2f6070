package metrics_test

import (
	"math"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func slicedWasserstein(t *testing.T, a, b [][]float64) float64 {
	t.Helper()
	distance, err := metrics.SlicedWasserstein(a, b, 1)
	if err != nil {
		t.Fatal(err)
	}
	return distance
}

func TestSlicedWasserstein(t *testing.T) {
	a := gaussian(1000, 2, 1, 0, 1)
	near(t, "the distance of a set to itself", slicedWasserstein(t, a, a), 0, 0)

	// A shift by d: the projections are d·cos φ apart, and the mean of cos² over the plane is 1/2.
	// The mean over 512 directions is within 5·√(1/8/512) of it.
	shifted := gaussian(1000, 2, 1, 3, 1)
	near(t, "the squared distance of a set shifted by 3",
		math.Pow(slicedWasserstein(t, a, shifted), 2), 4.5, 9*5*math.Sqrt(1./8/512))

	// The same points twice as far from the origin: W₂² of a projection is the mean of (θ·a)², and
	// its mean over all directions θ is the mean of ‖a‖²/2.
	wide := gaussian(1000, 2, 2, 0, 1)
	var square float64
	for _, p := range a {
		square += (p[0]*p[0] + p[1]*p[1]) / 2 / float64(len(a))
	}
	near(t, "the distance of a set twice as wide",
		slicedWasserstein(t, a, wide), math.Sqrt(square), 0.01)

	// In one dimension there is one direction, and pairs in order: √((1² + 2² + 3²)/3).
	near(t, "the distance in one dimension",
		slicedWasserstein(t, [][]float64{{3}, {1}, {2}}, [][]float64{{2}, {4}, {6}}),
		math.Sqrt(14./3), 1e-12)

	// Sets of different sizes: quantile functions 0, 3 and 0, 0, 3 differ on (1/2, 2/3) by 3.
	near(t, "the distance of sets of different sizes",
		slicedWasserstein(t, [][]float64{{0}, {3}}, [][]float64{{0}, {3}, {0}}),
		math.Sqrt(9./6), 1e-12)
	near(t, "and with a and b swapped",
		slicedWasserstein(t, [][]float64{{0}, {3}, {0}}, [][]float64{{0}, {3}}),
		math.Sqrt(9./6), 1e-12)
	near(t, "the distance of a set and the same one twice",
		slicedWasserstein(t, a, slices.Concat(a, a)), 0, 1e-12)
}

func TestSlicedWassersteinIsDeterministic(t *testing.T) {
	a, b := gaussian(100, 3, 1, 0, 1), gaussian(100, 3, 1, 0, 2)
	if first, again := slicedWasserstein(t, a, b), slicedWasserstein(t, a, b); first != again {
		t.Errorf("%v, then %v", first, again)
	}
}
