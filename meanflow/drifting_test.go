package meanflow_test

import (
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
)

// A short training moves samples in one step to the data: the checkerboard's distance from the
// noise is .47.
func TestDriftingLearns(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.Objective, config.LearningRate = meanflow.Drifting{}, 0.01
		config.Epochs, config.BatchesPerEpoch = 20, 10
		samples := sample(t, train(t, config), 2000, 1)
		target, err := datasets.Draw(config.Data.(datasets.Distribution), 2000, 1)
		if err != nil {
			t.Fatal(err)
		}
		distance, err := metrics.SlicedWasserstein(samples, target, 1)
		if err != nil {
			t.Fatal(err)
		}
		if t.Logf("distance %.3f", distance); distance > 0.15 {
			t.Errorf("the distance is %.3f, want at most .15", distance)
		}
	})
}
