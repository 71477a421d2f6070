package metrics_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

func gaussian(n, dim int, deviation, shift float64, seed uint64) [][]float64 {
	random := rand.New(rand.NewPCG(seed, 0))
	points := make([][]float64, n)
	for i := range points {
		points[i] = make([]float64, dim)
		for j := range points[i] {
			points[i][j] = deviation * random.NormFloat64()
		}
		points[i][0] += shift
	}
	return points
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %v, want %v ± %v", what, got, want, tolerance)
	}
}

func slicedWasserstein(t *testing.T, a, b [][]float64) float64 {
	t.Helper()
	distance, err := metrics.SlicedWasserstein(a, b, 1)
	if err != nil {
		t.Fatal(err)
	}
	return distance
}

func TestSlicedWasserstein(t *testing.T) {
	a := gaussian(5000, 2, 1, 0, 1)
	near(t, "the distance of a set to itself", slicedWasserstein(t, a, a), 0, 0)

	// A shift by d: the projections are d·cos φ apart, and the mean of cos² over the plane is 1/2. The
	// mean over 512 directions is within 5·√(1/8/512) of it.
	shifted := gaussian(5000, 2, 1, 3, 1)
	near(t, "the squared distance of a set shifted by 3", math.Pow(slicedWasserstein(t, a, shifted), 2), 4.5, 9*5*math.Sqrt(1./8/512))

	// Around the origin and twice as wide: every projection has W₂ = (2 - 1)·(its standard deviation).
	wide := gaussian(5000, 2, 2, 0, 1)
	near(t, "the distance of a set twice as wide", slicedWasserstein(t, a, wide), 1, 0.02)

	// In one dimension there is one direction, and pairs in order: √((1² + 2² + 3²)/3).
	near(t, "the distance in one dimension",
		slicedWasserstein(t, [][]float64{{3}, {1}, {2}}, [][]float64{{2}, {4}, {6}}), math.Sqrt(14./3), 1e-12)

	// Sets of different sizes: quantile functions 0, 3 and 0, 0, 3 differ on (1/2, 2/3) by 3.
	near(t, "the distance of sets of different sizes",
		slicedWasserstein(t, [][]float64{{0}, {3}}, [][]float64{{0}, {3}, {0}}), math.Sqrt(9./6), 1e-12)
	near(t, "and with a and b swapped",
		slicedWasserstein(t, [][]float64{{0}, {3}, {0}}, [][]float64{{0}, {3}}), math.Sqrt(9./6), 1e-12)
	near(t, "the distance of a set and the same one twice",
		slicedWasserstein(t, a[:1000], append(a[:1000:1000], a[:1000]...)), 0, 1e-12)
}

func TestSlicedWassersteinIsDeterministic(t *testing.T) {
	a, b := gaussian(100, 3, 1, 0, 1), gaussian(100, 3, 1, 0, 2)
	if first, again := slicedWasserstein(t, a, b), slicedWasserstein(t, a, b); first != again {
		t.Errorf("%v, then %v", first, again)
	}
}

func TestEnergy(t *testing.T) {
	energy := func(a, b [][]float64) float64 {
		t.Helper()
		distance, err := metrics.Energy(a, b)
		if err != nil {
			t.Fatal(err)
		}
		return distance
	}
	a := gaussian(500, 2, 1, 0, 1)
	near(t, "the distance of a set to itself", energy(a, a), 0, 1e-12)
	// Two single points: 2·‖x - y‖ = 2·5.
	near(t, "the distance of two points", energy([][]float64{{0, 0}}, [][]float64{{3, 4}}), 10, 1e-12)
	// {0} and {-1, 1}: 2·1 - 0 - (0 + 2 + 2 + 0)/4.
	near(t, "the distance of one point and two", energy([][]float64{{0}}, [][]float64{{-1}, {1}}), 1, 1e-12)
	// Normal numbers in one dimension, means 0 and d apart: E|X - X'| = 2/√π, and E|X - Y| is the mean of
	// a folded normal with mean d and variance 2. For d = 2: 2/√π·e⁻¹ + 2·(2·Φ(√2) - 1).
	apart := 2/math.Sqrt(math.Pi)*math.Exp(-1) + 2*math.Erf(1)
	near(t, "the distance of two normal sets", energy(gaussian(3000, 1, 1, 0, 1), gaussian(3000, 1, 1, 2, 2)), 2*apart-4/math.Sqrt(math.Pi), 0.1)
}

func TestOffSupport(t *testing.T) {
	positive := func(point []float64) bool { return point[0] > 0 }
	share, err := metrics.OffSupport([][]float64{{1}, {-1}, {2}, {3}}, positive)
	if err != nil || share != 0.25 {
		t.Errorf("share %v, error %v, want 0.25", share, err)
	}
	for name, test := range map[string]struct {
		points   [][]float64
		contains func([]float64) bool
		wants    string
	}{
		"no points":          {nil, positive, "no points"},
		"no coordinates":     {[][]float64{{}}, positive, "without coordinates"},
		"NaN":                {[][]float64{{1}, {math.NaN()}}, positive, "point 1"},
		"no support":         {[][]float64{{1}}, nil, "contains is nil"},
		"unequal dimensions": {[][]float64{{1}, {1, 2}}, positive, "point 1"},
	} {
		if _, err := metrics.OffSupport(test.points, test.contains); err == nil || !strings.Contains(err.Error(), test.wants) {
			t.Errorf("%s: error %v, want something about %q", name, err, test.wants)
		}
	}
}

func TestRefuses(t *testing.T) {
	good := [][]float64{{1, 2}, {3, 4}}
	for name, test := range map[string]struct {
		a, b  [][]float64
		wants string
	}{
		"an empty set":       {good, nil, "2 and 0 points"},
		"another dimension":  {good, [][]float64{{1, 2, 3}}, "point 0 of set 2 has 3 coordinates"},
		"unequal lengths":    {[][]float64{{1, 2}, {3}}, good, "point 1 of set 1 has 1 coordinates"},
		"NaN":                {good, [][]float64{{1, 2}, {math.NaN(), 4}}, "point 1 of set 2"},
		"infinity":           {[][]float64{{1, math.Inf(1)}}, good, "point 0 of set 1"},
		"without dimensions": {[][]float64{{}}, [][]float64{{}}, "without coordinates"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := metrics.SlicedWasserstein(test.a, test.b, 1); err == nil || !strings.Contains(err.Error(), test.wants) {
				t.Errorf("SlicedWasserstein: error %v, want something about %q", err, test.wants)
			}
			if _, err := metrics.Energy(test.a, test.b); err == nil || !strings.Contains(err.Error(), test.wants) {
				t.Errorf("Energy: error %v, want something about %q", err, test.wants)
			}
		})
	}
}
