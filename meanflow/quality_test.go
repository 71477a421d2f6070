package meanflow_test

import (
	"flag"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

var seeds = flag.Int("seeds", 1,
	"number of trainings in TestQuality and TestLearnedAgainstTrueAverageVelocity")

// A training of 1,000 steps at the tutorial's size generates good samples. The bounds of the
// recommended recipe and of the checkerboard are a fifth above the largest value of five seeds
// (-args -seeds 5), which the test's log shows; the others are as far above the means in the
// README.
func TestQuality(t *testing.T) {
	enginetest.Long(t)
	const n = 10_000
	tutorial := func(data meanflow.Data) meanflow.Config { return meanflow.Config{Data: data} }
	flowMatching := func(data meanflow.Data) meanflow.Config {
		return meanflow.Config{Data: data, Objective: meanflow.FlowMatching{}}
	}
	for _, test := range []struct {
		name                 string
		recipe               func(data meanflow.Data) meanflow.Config
		distribution         string
		steps                int
		distance, offSupport float64
	}{
		{"recommended", meanflow.Recommended, "checkerboard", 1, 0.020, 0.083},
		{"recommended", meanflow.Recommended, "crescent", 1, 0.011, 0.040},
		{"recommended", meanflow.Recommended, "spiral", 1, 0.027, 0.137},
		{"tutorial's", tutorial, "checkerboard", 1, 0.104, 0.568},
		{"tutorial's", tutorial, "crescent", 1, 0.104, 0.568},
		{"tutorial's", tutorial, "spiral", 1, 0.104, 0.72},
		{"flow matching", flowMatching, "checkerboard", 100, 0.072, 0.347},
		{"flow matching", flowMatching, "crescent", 100, 0.072, 0.347},
		{"flow matching", flowMatching, "spiral", 100, 0.104, 0.72},
	} {
		if test.name != "recommended" && *seeds == 1 {
			continue // The table of the README: TestLearnedAgainstTrueAverageVelocity is quicker.
		}
		t.Run(test.name+"/"+test.distribution, func(t *testing.T) {
			distribution, err := datasets.ByName(test.distribution)
			if err != nil {
				t.Fatal(err)
			}
			target, err := datasets.Draw(distribution, n, 100)
			if err != nil {
				t.Fatal(err)
			}
			var distances, offSupport []float64
			for seed := range int64(*seeds) {
				config := test.recipe(distribution)
				config.Seed, config.Backend = seed, enginetest.XLA(t)
				samples := sample(t, train(t, config), n, test.steps)
				distance, err := metrics.SlicedWasserstein(samples, target, seed)
				if err != nil {
					t.Fatal(err)
				}
				supported := distribution.(datasets.Supported)
				off, err := metrics.OffSupport(samples, supported.Contains)
				if err != nil {
					t.Fatal(err)
				}
				distances, offSupport = append(distances, distance), append(offSupport, off)
			}
			t.Logf("steps %d: sliced Wasserstein %.3f, off the support %.3f", test.steps, distances,
				offSupport)
			if got := stat.Mean(distances, nil); !(got <= test.distance) {
				t.Errorf("sliced Wasserstein %.3f, want at most %v", got, test.distance)
			}
			if got := stat.Mean(offSupport, nil); !(got <= test.offSupport) {
				t.Errorf("share off the support %.3f, want at most %v", got, test.offSupport)
			}
		})
	}
}
