package datasets_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestPointsAreDrawnEqually(t *testing.T) {
	points := [][]float64{{0, 1}, {2, 3}, {4, 5}, {0.5, -7}}
	own, err := datasets.FromPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	if own.Len() != 4 || own.Dim() != 2 {
		t.Errorf("%d points of dimension %d", own.Len(), own.Dim())
	}
	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		counts := map[[2]float64]int{}
		for _, p := range drawOn(t, engine, own, 1) {
			counts[[2]float64(p)]++
		}
		for _, p := range points {
			// Five standard deviations, √(3/16/200,000) each.
			near(t, "share of a point", float64(counts[[2]float64(p)])/n, 0.25, 0.005)
		}
		if len(counts) != len(points) {
			t.Errorf("drew %d different points of %d", len(counts), len(points))
		}
	})
}

func TestFromPointsRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		points [][]float64
		wants  string
	}{
		"none":      {nil, "points is empty"},
		"empty":     {[][]float64{{}}, "points[0]"},
		"unequal":   {[][]float64{{1, 2}, {3}}, "points[1] has 1 coordinates, points[0] has 2"},
		"NaN":       {[][]float64{{1, 2}, {3, math.NaN()}}, "points[1][1] is NaN"},
		"infinite":  {[][]float64{{math.Inf(-1), 2}}, "points[0][0] is -Inf"},
		"too large": {[][]float64{{1e39, 2}}, "points[0][0] is 1e+39"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := datasets.FromPoints(test.points)
			checkError(t, err, test.wants)
		})
	}
}
