package meanflow_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"gonum.org/v1/gonum/stat"
)

// The size of the tutorial's code, 1,000 steps. The bounds are those that the same training in JAX keeps
// with some room (one seed: .073, .050 and .084 for mean flow in one step, .073, .020 and .076 for flow
// matching in a hundred; .43 of mean flow's samples off the checkerboard); two sets of target points are
// .024, .010 and .022 apart.
func TestQuality(t *testing.T) {
	const n, seeds = 10_000, 3
	for _, name := range []string{"checkerboard", "crescent", "spiral"} {
		for _, method := range []struct {
			objective            meanflow.Objective
			steps                int
			distance, offSupport float64
		}{
			{meanflow.MeanFlow{}, 1, 0.10, map[string]float64{"checkerboard": 0.47, "crescent": 1, "spiral": 1}[name]},
			{meanflow.FlowMatching{}, 100, 0.10, 1},
		} {
			t.Run(name+"/"+method.objective.Name(), func(t *testing.T) {
				distribution, err := datasets.ByName(name)
				if err != nil {
					t.Fatal(err)
				}
				target, err := datasets.Draw(distribution, n, 100)
				if err != nil {
					t.Fatal(err)
				}
				var distances, offSupport []float64
				for seed := range int64(seeds) {
					m := train(t, meanflow.Config{
						Data: distribution, Objective: method.objective, Seed: seed, Backend: enginetest.XLA(t),
					})
					samples := sample(t, m, n, method.steps)
					distance, err := metrics.SlicedWasserstein(samples, target, seed)
					if err != nil {
						t.Fatal(err)
					}
					off, err := metrics.OffSupport(samples, distribution.(datasets.Supported).Contains)
					if err != nil {
						t.Fatal(err)
					}
					distances, offSupport = append(distances, distance), append(offSupport, off)
				}
				t.Logf("steps %d: sliced Wasserstein %.3f, off the support %.2f", method.steps, distances, offSupport)
				if stat.Mean(distances, nil) > method.distance {
					t.Errorf("sliced Wasserstein %.3f, mean %.3f, want at most %.2f", distances, stat.Mean(distances, nil), method.distance)
				}
				if stat.Mean(offSupport, nil) > method.offSupport {
					t.Errorf("off the support %.3f, mean %.3f, want at most %.2f", offSupport, stat.Mean(offSupport, nil), method.offSupport)
				}
			})
		}
	}
}
