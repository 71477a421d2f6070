package latent

import (
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Recommended returns the configuration of a flow of codes, with which benchmarks/digits.md was
// measured. It trains MNIST's digits in about a minute on two cores. If the codes have classes, the
// flow is conditioned on them.
//
//   - A residual MLP learns codes better than the tutorial's MLP does.
//   - Times spread widely, to both ends of [0, 1], because one step needs u(x, 1, 0).
//   - An adaptive weight of power 0.75 and r = t in half of the examples, as in MeanFlow's paper.
//   - The model generates with a moving average of the weights.
func Recommended(codes meanflow.Data) meanflow.Config {
	config := meanflow.Config{
		Data: codes,
		Objective: meanflow.MeanFlow{
			FlowRatio: 0.5, Times: meanflow.OrderedTimes(wide(), wide()),
			Weight: meanflow.AdaptiveWeight{Power: 0.75},
		},
		Network:         network.ResidualMLP{},
		Epochs:          60,
		BatchesPerEpoch: 100,
		BatchSize:       256,
		LearningRate:    0.003,
		Schedule:        meanflow.WithWarmUp(0.05, meanflow.CosineDecay()),
		EMADecays:       []float64{0.999},
		ClipNorm:        1,
	}
	if data, ok := codes.(meanflow.ConditionedData); ok && data.Classes()+data.Values() > 0 {
		config.Guidance = 1
	}
	return config
}

// wide is the distribution of both times of Recommended.
func wide() meanflow.TimeDistribution { return meanflow.LogitNormal(0, 1.6) }
