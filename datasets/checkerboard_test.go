package datasets_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestCheckerboard(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.Checkerboard{}, 1)
		var cells [4][4]int
		for _, p := range points {
			i, j := int(math.Floor((p[0]+1.5)/0.75)), int(math.Floor((p[1]+1.5)/0.75))
			if i < 0 || i > 3 || j < 0 || j > 3 || i%2 != j%2 {
				t.Fatalf("%v is in cell (%d, %d)", p, i, j)
			}
			cells[i][j]++
		}
		for i := range 4 {
			for j := range 4 {
				want := 0.0
				if i%2 == j%2 {
					want = 1. / 8
				}
				// Five standard deviations, √(7/64/200,000) each.
				near(t, "share of a cell", float64(cells[i][j])/n, want, 0.004)
			}
		}
		// All columns are equally likely, so the mean of x² is that of [-1.5, 1.5], 0.75. Within a
		// cell x and y are independent, so the mean of x·y is that of the centres.
		product := 0.0
		for i := range 4 {
			for j := range 4 {
				if i%2 == j%2 {
					product += (0.75*float64(i) - 1.125) * (0.75*float64(j) - 1.125) / 8
				}
			}
		}
		checkMoments(t, points, moments{0, 0, 0.75, 0.75, product}, tolerance)
	})
}
