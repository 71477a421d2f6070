package datasets_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestSwissRoll(t *testing.T) {
	want := curveMoments(func(a float64) (x, y float64) {
		angle := (1.5 + 3*a) * math.Pi
		return angle / 10 * math.Cos(angle), angle / 10 * math.Sin(angle)
	}).withNoise(variance)
	checkDrawnMoments(t, datasets.SwissRoll{}, want, tolerance)

	eachEngine(t, func(t *testing.T, engine compute.Backend) {
		points := drawOn(t, engine, datasets.SwissRoll{Height: true}, 1)
		checkMoments(t, points, want, tolerance)
		var z, zz float64
		for _, p := range points {
			z += p[2] / n
			zz += p[2] * p[2] / n
		}
		near(t, "mean of z", z, 0, tolerance)
		near(t, "mean of z²", zz, 1./3+variance, tolerance)
	})
}
