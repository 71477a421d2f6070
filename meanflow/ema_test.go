package meanflow_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// The moving average agrees with the definition of a debiased one, Σ d^(n-i)·w_i / Σ d^(n-i), for
// the weights w_i = 1 - i·0.01 after step i.
func TestEMA(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Epochs, config.BatchesPerEpoch, config.LearningRate = 2, 15, 0.01
		config.Objective = steady{}
		config.EMADecays = []float64{0.9, 0.5}
		config.CheckpointDir = t.TempDir()
		trained := train(t, config)
		options := meanflow.LoadOptions{Network: config.Network}
		loaded, err := meanflow.LoadWith(config.CheckpointDir, options)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []*meanflow.Model{trained, loaded} {
			checkWeight(t, m, debiasedAverage(0.9, 30))
			for _, decay := range []float64{0.9, 0.5} {
				averaged, err := m.WithEMA(decay)
				if err != nil {
					t.Fatal(err)
				}
				checkWeight(t, averaged, debiasedAverage(decay, 30))
			}
			last, err := m.WithEMA(0)
			if err != nil {
				t.Fatal(err)
			}
			checkWeight(t, last, 1-30*0.01)
			_, err = m.WithEMA(0.99)
			check.Error(t, err, "WithEMA", "0.99", "[0.9 0.5]")
		}
	})
}

// debiasedAverage returns the debiased average of the weights 1 - i·0.01 after the steps i = 1, 2,
// ….
func debiasedAverage(decay float64, steps int) float64 {
	var sum, weights float64
	for i := 1; i <= steps; i++ {
		weight := math.Pow(decay, float64(steps-i))
		sum += weight * (1 - float64(i)*0.01)
		weights += weight
	}
	return sum / weights
}
