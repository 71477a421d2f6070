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

// The schedules have known values at four points of the training.
func TestSchedules(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, test := range []struct {
			schedule meanflow.Schedule
			want     []float64 // At 0, 0.05, 0.5 and 1.
		}{
			{meanflow.CosineDecay(), []float64{1, (1 + math.Cos(0.05*math.Pi)) / 2, 0.5, 0}},
			{meanflow.Constant(0.3), []float64{0.3, 0.3, 0.3, 0.3}},
			{meanflow.SigmoidDecay(), []float64{
				1 / (1 + math.Exp(-12.5)), 1 / (1 + math.Exp(-11.25)),
				0.5, 1 / (1 + math.Exp(12.5)),
			}},
			{meanflow.WithWarmUp(0.1, meanflow.Schedule{}), []float64{0, 0.5, 1, 1}},
			// The cosine begins at 0.1, so the progress 0.5 is at (0.5 - 0.1)/0.9 of it.
			{meanflow.WithWarmUp(0.1, meanflow.CosineDecay()), []float64{
				0, 0.5, (1 + math.Cos(4./9*math.Pi)) / 2, 0,
			}},
			{meanflow.WithWarmUp(1, meanflow.CosineDecay()), []float64{0, 0.05, 0.5, 1}},
		} {
			factor := func(in []*Node) []*Node { return []*Node{test.schedule.Factor(in[0])} }
			var got []float64
			for _, progress := range []float64{0, 0.05, 0.5, 1} {
				got = append(got, check.Floats(run(t, engine, factor, progress)[0])...)
			}
			check.Close(t, "factors", got, test.want, 1e-12)
		}
	})
}

// The schedule sets the learning rate of each step. With a factor of 0 in the first half of the
// training, the weight changes in the second half only. Adam's steps are as long as the learning
// rate, because the gradient is constant.
func TestTheScheduleChangesTheLearningRate(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Epochs, config.BatchesPerEpoch, config.LearningRate = 2, 10, 0.01
		config.Objective = steady{}
		config.Schedule = meanflow.Schedule{
			Name: "second half",
			Factor: func(progress *Node) *Node {
				isFirstHalf := LessThan(progress, ConstAs(progress, 0.5))
				return Where(isFirstHalf, ZerosLike(progress), OnesLike(progress))
			},
		}
		checkWeight(t, train(t, config), 1-10*0.01)
	})
}

// steady is an objective for constantNetwork whose loss is the weight itself: its gradient is 1,
// and Adam's steps are as long as the learning rate.
type steady struct{ tiny }

func (steady) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	loss = ReduceAllMean(u(batch.Data, batch.T, batch.R))
	return loss, loss
}
