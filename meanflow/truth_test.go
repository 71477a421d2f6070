package meanflow_test

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// What is learned against what is true: of a mixture of Gaussians the velocity of the flow is
// known, and following it gives the average velocity. The errors are relative: 1 is that of a
// network that says 0 everywhere. The bounds are a quarter above the largest of three seeds: .42,
// .13, .18, .39, .39, .65, .46 and .54.
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
		models = append(models, train(t, meanflow.Config{Data: mixture, Seed: seed,
			Backend: enginetest.XLA(t)}))
	}
	for _, times := range []struct{ t, r, most float64 }{
		{1, 0, 0.53}, {1, 0.5, 0.16}, {1, 1, 0.23}, {0.5, 0, 0.49}, {0.5, 0.25, 0.49},
		{0.5, 0.5, 0.81}, {0.2, 0, 0.58}, {0.2, 0.2, 0.67},
	} {
		points := make([][]float64, n)
		for i := range points {
			points[i] = []float64{(1-times.t)*data[i][0] + times.t*noise[i][0],
				(1-times.t)*data[i][1] + times.t*noise[i][1]}
		}
		truth, err := mixture.AverageVelocity(points, times.t, times.r, 100)
		if err != nil {
			t.Fatal(err)
		}
		for seed, m := range models {
			u := field(t, m, points, times.t, times.r)
			var wrong, all float64
			for i := range u {
				for k := range u[i] {
					wrong += math.Pow(u[i][k]-truth[i][k], 2)
					all += math.Pow(truth[i][k], 2)
				}
			}
			missed := math.Sqrt(wrong / all)
			t.Logf("t = %v, r = %v, seed %d: %.3f", times.t, times.r, seed, missed)
			if !(missed < times.most) {
				t.Errorf("t = %v, r = %v, seed %d: the average velocity misses by %.3f of its "+
					"size, want less than %v", times.t, times.r, seed, missed, times.most)
			}
		}
	}
}
