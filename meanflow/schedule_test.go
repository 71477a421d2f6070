package meanflow_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// Known values: at the quarters of half a cosine, and with a warm-up of a tenth in front of it.
func TestSchedules(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, test := range []struct {
			schedule meanflow.Schedule
			want     []float64 // At 0, 0.05, 0.5 and 1.
		}{
			{meanflow.CosineDecay(), []float64{1, (1 + math.Cos(0.05*math.Pi)) / 2, 0.5, 0}},
			{meanflow.Constant(0.3), []float64{0.3, 0.3, 0.3, 0.3}},
			{meanflow.SigmoidDecay(), []float64{1 / (1 + math.Exp(-12.5)),
				1 / (1 + math.Exp(-11.25)), 0.5, 1 / (1 + math.Exp(12.5))}},
			{meanflow.WithWarmUp(0.1, meanflow.Schedule{}), []float64{0, 0.5, 1, 1}},
			// From 0.1 on the whole cosine: 0.5 is at (0.5 - 0.1)/0.9 of it.
			{meanflow.WithWarmUp(0.1, meanflow.CosineDecay()),
				[]float64{0, 0.5, (1 + math.Cos(4./9*math.Pi)) / 2, 0}},
			{meanflow.WithWarmUp(1, meanflow.CosineDecay()), []float64{0, 0.05, 0.5, 1}},
		} {
			var got []float64
			for _, progress := range []float64{0, 0.05, 0.5, 1} {
				got = append(got, check.Floats(run(t, engine,
					func(in []*Node) []*Node { return []*Node{test.schedule.Factor(in[0])} },
					progress)[0])...)
			}
			check.Close(t, "factors", got, test.want, 1e-12)
		}
	})
}

// The learning rate of each step is its own: with a factor of 0 up to half of the training, and a
// gradient that does not change, the weight moves by Adam's steps, the learning rate each, in the
// second half only.
func TestTheScheduleChangesTheLearningRate(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Epochs, config.BatchesPerEpoch, config.LearningRate = 2, 10, 0.01
		config.Objective = steady{}
		config.Schedule = meanflow.Schedule{Name: "second half",
			Factor: func(progress *Node) *Node {
				return Where(LessThan(progress, ConstAs(progress, 0.5)), ZerosLike(progress),
					OnesLike(progress))
			}}
		checkWeight(t, train(t, config), 1-10*0.01)
	})
}

// steady has the weight itself for its loss, so that Adam's steps are the learning rate.
type steady struct{ tiny }

func (steady) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	loss = ReduceAllMean(u(batch.Data, batch.T, batch.R))
	return loss, loss
}
