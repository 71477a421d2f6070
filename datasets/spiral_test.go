package datasets_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestSpiral(t *testing.T) {
	// The moments of the curve are sums over a and b.
	var want moments
	const steps = 500
	for i := range steps {
		for j := range steps {
			a, b := (float64(i)+0.5)/steps, (float64(j)+0.5)/steps
			theta := 6 * math.Pi * a * math.Sqrt(b)
			radius := 2 * (theta/(6*math.Pi) + 0.1)
			want.add(radius*math.Cos(theta), radius*math.Sin(theta))
		}
	}
	want = want.over(steps * steps).withNoise(variance)
	checkDrawnMoments(t, datasets.Spiral{}, want, tolerance)
}

func TestSpiralContains(t *testing.T) {
	const count = 20_000
	points, err := datasets.Draw(datasets.Spiral{}, count, 1)
	if err != nil {
		t.Fatal(err)
	}
	off := 0
	for _, p := range points {
		if !(datasets.Spiral{}).Contains(p) {
			off++
		}
	}
	// Across the curve the noise is normal: 0.27 % of the points lie beyond three standard
	// deviations. Some of them are near another turn; beyond the curve's ends there are a few more.
	near(t, "share off the support", float64(off)/count, 0.0027, 0.0015)
}
