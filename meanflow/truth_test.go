package meanflow_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// The learned average velocity is near the true one, which is known for a mixture of Gaussians: the
// velocity of the flow has a closed form, and integrating it gives the average velocity. The errors
// are relative: a network that returns 0 everywhere has the error 1. The bounds are a quarter above
// the largest error of three seeds, which are, in the order of the test's times, 0.42, 0.13, 0.18,
// 0.39, 0.39, 0.65, 0.46 and 0.54.
func TestLearnedAgainstTrueAverageVelocity(t *testing.T) {
	enginetest.Long(t)
	const n = 500
	mixture := datasets.EightGaussians()
	data, err := datasets.Draw(mixture, n, 5)
	if err != nil {
		t.Fatal(err)
	}
	noise, err := datasets.Draw(datasets.Gaussian{}, n, 6)
	if err != nil {
		t.Fatal(err)
	}
	var models []*meanflow.Model
	for seed := range int64(*seeds) {
		config := meanflow.Config{Data: mixture, Seed: seed, Backend: enginetest.XLA(t)}
		models = append(models, train(t, config))
	}
	for _, test := range []struct{ t, r, bound float64 }{
		{1, 0, 0.53},
		{1, 0.5, 0.16},
		{1, 1, 0.23},
		{0.5, 0, 0.49},
		{0.5, 0.25, 0.49},
		{0.5, 0.5, 0.81},
		{0.2, 0, 0.58},
		{0.2, 0.2, 0.67},
	} {
		points := make([][]float64, n)
		for i := range points {
			points[i] = []float64{
				(1-test.t)*data[i][0] + test.t*noise[i][0],
				(1-test.t)*data[i][1] + test.t*noise[i][1],
			}
		}
		truth, err := mixture.AverageVelocity(points, test.t, test.r, 100)
		if err != nil {
			t.Fatal(err)
		}
		for seed, m := range models {
			u := field(t, m, points, test.t, test.r)
			var squaredError, squaredNorm float64
			for i := range u {
				for k := range u[i] {
					squaredError += math.Pow(u[i][k]-truth[i][k], 2)
					squaredNorm += math.Pow(truth[i][k], 2)
				}
			}
			relativeError := math.Sqrt(squaredError / squaredNorm)
			t.Logf("t = %v, r = %v, seed %d: %.3f", test.t, test.r, seed, relativeError)
			if !(relativeError < test.bound) {
				t.Errorf("t = %v, r = %v, seed %d: the relative error of the average velocity is "+
					"%.3f, want less than %v", test.t, test.r, seed, relativeError, test.bound)
			}
		}
	}
}
