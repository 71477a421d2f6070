package datasets_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestCrescent(t *testing.T) {
	// The moments of the crescent and the areas of its parts are sums over a fine grid, independent
	// of how Sample works.
	const parts = 8 // Per axis.
	part := func(x float64) int { return min(int((x+1)/2*parts), parts-1) }
	var area, meanX, meanXX, meanYY float64
	var areas [parts][parts]float64
	const h = 1. / 1000
	for x := -1 + h/2; x < 1; x += h {
		for y := -1 + h/2; y < 1; y += h {
			if x*x+y*y <= 1 && (x-0.5)*(x-0.5)+y*y >= 0.36 {
				area++
				meanX += x
				meanXX += x * x
				meanYY += y * y
				areas[part(x)][part(y)]++
			}
		}
	}
	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.Crescent{}, 1)
		var counts [parts][parts]float64
		for _, p := range points {
			counts[part(p[0])][part(p[1])]++
			radius, fromHole := math.Hypot(p[0], p[1]), math.Hypot(p[0]-0.5, p[1])
			onEdge := math.Abs(radius-1) <= 1e-6 || math.Abs(fromHole-0.6) <= 1e-6
			if !(datasets.Crescent{}).Contains(p) && !onEdge {
				t.Fatalf("%v is not on the crescent", p)
			}
		}
		for i := range parts {
			for j := range parts {
				share := areas[i][j] / area
				// Five standard deviations, and the error of the grid.
				near(t, "share of a part", counts[i][j]/n, share, 5*math.Sqrt(share/n)+1e-5)
			}
		}
		want := moments{meanX / area, 0, meanXX / area, meanYY / area, 0}
		checkMoments(t, points, want, tolerance)
	})
}
