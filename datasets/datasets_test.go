package datasets_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestSupports(t *testing.T) {
	for _, test := range []struct {
		distribution datasets.Supported
		point        []float64
		want         bool
	}{
		{datasets.Checkerboard{}, []float64{-1.2, -1.2}, true},
		{datasets.Checkerboard{}, []float64{-1.2, -0.5}, false},
		{datasets.Checkerboard{}, []float64{0.1, 0.1}, true},
		{datasets.Checkerboard{}, []float64{1.6, 1.6}, false},
		{datasets.Checkerboard{}, []float64{-1.6, -1.6}, false},
		{datasets.Checkerboard{}, []float64{math.NaN(), 0}, false},
		{datasets.Crescent{}, []float64{-0.5, 0}, true},
		{datasets.Crescent{}, []float64{0.5, 0}, false},
		{datasets.Crescent{}, []float64{-0.099, 0}, false}, // The hole's edge is at -0.1.
		{datasets.Crescent{}, []float64{-0.101, 0}, true},
		{datasets.Crescent{}, []float64{0, 1.01}, false},
		{datasets.Crescent{}, []float64{math.NaN(), 0}, false},
		// The curve begins at (0.2, 0), radius 2·0.1, and ends at (2.2, 0), radius 2·1.1.
		{datasets.Spiral{}, []float64{0.2, 0}, true},
		{datasets.Spiral{}, []float64{0, 0}, false},
		{datasets.Spiral{}, []float64{2.2, 0}, true},
		{datasets.Spiral{}, []float64{2.34, 0}, true},
		{datasets.Spiral{}, []float64{2.36, 0}, false},
		{datasets.Spiral{}, []float64{math.NaN(), 0}, false},
	} {
		if got := test.distribution.Contains(test.point); got != test.want {
			name := test.distribution.Name()
			t.Errorf("%s contains %v: %v, want %v", name, test.point, got, test.want)
		}
	}
}

func TestPointsOfAnotherDimensionAreOffTheSupport(t *testing.T) {
	for _, supported := range []datasets.Supported{
		datasets.Checkerboard{}, datasets.Crescent{}, datasets.Spiral{},
	} {
		for _, point := range [][]float64{nil, {0.5}, {0.5, 0.5, 0.5}} {
			if supported.Contains(point) {
				t.Errorf("the %s contains %v", supported.Name(), point)
			}
		}
	}
}

func TestByName(t *testing.T) {
	for _, name := range datasets.Names() {
		distribution, err := datasets.ByName(name)
		if err != nil || distribution.Name() != name {
			t.Errorf("%q: %v, %v", name, distribution, err)
		}
	}
	_, err := datasets.ByName("checkers")
	checkError(t, err, `"checkers"`, "checkerboard, crescent, spiral, gaussian")
	if len(err.Error()) >= 200 {
		t.Errorf("the error has %d bytes, want fewer than 200", len(err.Error()))
	}
}
