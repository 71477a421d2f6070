package meanflow_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// poisoned is data with points at infinity in one batch.
type poisoned struct {
	datasets.Checkerboard
	batch float64 // Counted from 1.
}

func (p poisoned) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return Where(isBatch(scope, g, p.batch), Infinity(g, dtypes.Float32, 1),
		p.Checkerboard.Sample(scope, g, n))
}

// isBatch builds a boolean scalar that is true in the batch with the given number, counted from 1.
func isBatch(scope *model.Scope, g *Graph, number float64) *Node {
	batch := scope.VariableWithValue("batch", float32(0))
	batch.SetNodeValue(OnePlus(batch.NodeValue(g)))
	return Equal(batch.NodeValue(g), ConstAs(batch.NodeValue(g), number))
}

// The error says that several devices were used, which can be the cause.
func TestDivergenceOnSeveralDevices(t *testing.T) {
	enginetest.Long(t)
	config := small(enginetest.XLAWithDevices(t, 2))
	config.Data, config.Devices = poisoned{batch: 1}, 2
	_, err := meanflow.Train(context.Background(), config)
	check.Error(t, err, "epoch 1, batch 1:", "the loss on 2 devices is", "faults.md")
}

// The error names the batch that diverged, although a training reads the losses of several batches
// at once.
func TestDivergenceNamesItsBatch(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		wants := map[float64]string{
			1:  "epoch 1, batch 1:",
			13: "epoch 1, batch 13:",
			20: "epoch 1, batch 20:",
			21: "epoch 2, batch 1:",
			35: "epoch 2, batch 15:",
		}
		if engine.String() != "go" { // XLA compiles each training for a second.
			wants = map[float64]string{13: wants[13], 35: wants[35]}
		}
		for batch, want := range wants {
			config := small(engine)
			config.Data, config.BatchesPerEpoch = poisoned{batch: batch}, 20
			config.CheckpointDir = t.TempDir()
			m, err := meanflow.Train(context.Background(), config)
			check.Error(t, err, want, "epoch-000000", "learning rate 0.003", "faults.md")
			if m != nil {
				t.Error("there is a model of a training that diverged")
			}
		}
	})
}

// bump is data that is 0 in all batches but one, in which it is a given value.
type bump struct {
	batch float64 // Counted from 1.
	value float64
}

func (bump) Dim() int { return 2 }

func (b bump) Sample(scope *model.Scope, g *Graph, n int) *Node {
	zeros := Zeros(g, shapes.Make(dtypes.Float32, n, 2))
	return Where(isBatch(scope, g, b.batch), AddScalar(zeros, b.value), zeros)
}

// weightAndData is an objective for constantNetwork with its weight w. Its loss is k·w²/2 plus the
// mean of the data, and its gradient k·w.
type weightAndData struct {
	meanflow.FlowMatching
	k float64
}

func (o weightAndData) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	squares := ReduceAllMean(Square(u(batch.Data, batch.T, batch.T)))
	loss = Add(MulScalar(squares, o.k/2), ReduceAllMean(batch.Data))
	return loss, loss
}

// brokenGradient is an objective for constantNetwork with the loss w²/2. Its gradient is NaN in
// batches whose data is 1.
type brokenGradient struct{ meanflow.FlowMatching }

func (brokenGradient) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	w := ReduceAllMean(u(batch.Data, batch.T, batch.T))
	// The derivative of the root is infinite at x = 0, and 0 times infinity is NaN.
	x := OneMinus(ReduceAllMax(batch.Data))
	zero := Sub(Sqrt(Add(MulScalar(w, 0), x)), Sqrt(x))
	loss = Add(DivScalar(Square(w), 2), zero)
	return loss, loss
}

// adam returns what a weight that begins at 1 is after the given number of steps of Adam (D. Kingma
// and J. Ba, arXiv 1412.6980, algorithm 1) with the tutorial's settings.
func adam(steps int, gradient func(w float64) float64) float64 {
	w, first, second := 1.0, 0.0, 0.0
	for step := 1; step <= steps; step++ {
		g := gradient(w)
		first = 0.9*first + 0.1*g
		second = 0.999*second + 0.001*g*g
		corrected := first / (1 - math.Pow(0.9, float64(step)))
		w -= 0.003 * corrected / (math.Sqrt(second/(1-math.Pow(0.999, float64(step)))) + 1e-8)
	}
	return w
}

// oneWeight returns a configuration of 30 steps for a network with a single weight.
func oneWeight(engine compute.Backend) meanflow.Config {
	return meanflow.Config{
		Data: datasets.Gaussian{}, Network: constantNetwork, Objective: tiny{},
		Epochs: 1, BatchesPerEpoch: 30, BatchSize: 4, Backend: engine,
	}
}

// checkWeight compares the weight of a model of constantNetwork.
func checkWeight(t *testing.T, m *meanflow.Model, want float64) {
	t.Helper()
	got := field(t, m, [][]float64{{0, 0}}, 0.5, 0.5)
	check.Close(t, "the weight after training", got[0], []float64{want, want}, 1e-5)
}

// A batch that diverges is left out as if it had not been drawn: one bad batch of 60 leaves 59
// steps.
func TestDivergedBatchesAreLeftOut(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		gradient := func(w float64) float64 { return w }
		for name, test := range map[string]struct {
			data      bump
			objective meanflow.Objective
			factor    float64
		}{
			"not a number":        {bump{1, math.NaN()}, weightAndData{k: 1}, 0},
			"infinite":            {bump{7, math.Inf(1)}, weightAndData{k: 1}, 0},
			"a jump":              {bump{2, 20}, weightAndData{k: 1}, 10},
			"a jump later":        {bump{45, 20}, weightAndData{k: 1}, 10},
			"the gradient's part": {bump{13, 1}, brokenGradient{}, 0},
		} {
			t.Run(name, func(t *testing.T) {
				var progress strings.Builder
				config := oneWeight(engine)
				config.Data, config.Objective = test.data, test.objective
				config.JumpFactor = test.factor
				config.Epochs, config.MaxSkipped, config.ProgressWriter = 2, 3, &progress
				m := train(t, config)
				checkWeight(t, m, adam(59, gradient))
				if m.Skipped() != 1 || !strings.Contains(progress.String(), "batches left out: 1") {
					t.Errorf("%d batches were left out, want 1; the progress is %q",
						m.Skipped(), progress.String())
				}
				for epoch, loss := range m.Losses() {
					// The loss falls from 1²/2 to about (1 - 59·0.003)²/2.
					if !(0.3 < loss && loss < 0.5) {
						t.Errorf("the loss of epoch %d is %v, want it between 0.3 and 0.5",
							epoch+1, loss)
					}
				}
			})
		}
	})
}

// A loss over JumpFactor times the reference stops the training.
func TestJumpStopsTheTraining(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.JumpFactor = weightAndData{k: 1}, 10
		config.Data, config.Epochs = bump{17, 20}, 2
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err,
			"epoch 1, batch 17:", "the loss is 20.", "Config.JumpFactor = 10", "0.5 before")
		config.Data = bump{47, 20}
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2, batch 17:", "the loss is 20.")
		config.JumpFactor = 100
		train(t, config)
	})
}

// Weights that are not finite after the last batch, whose loss was finite, are an error, and no
// checkpoint keeps them.
func TestBrokenWeightsAreNotKept(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.Data = brokenGradient{}, bump{30, 1}
		m, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1", "/network/w", "finite", "diverged", "learning rate")
		if m != nil {
			t.Error("there is a model of a training that diverged")
		}
		config.Data, config.Epochs = bump{60, 1}, 4
		config.CheckpointEvery, config.CheckpointDir = 1, t.TempDir()
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2", "/network/w", "the last checkpoint is ", "epoch-000001")
	})
}

// always is data that is the same value in all batches.
type always struct{ bump }

func (a always) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return AddScalar(Zeros(g, shapes.Make(dtypes.Float32, n, 2)), a.value)
}

// A training stops when more than MaxSkipped batches diverge, or all batches of an epoch.
func TestTooManyDivergedBatches(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.Data = weightAndData{k: 1}, always{bump{value: math.NaN()}}
		config.MaxSkipped = 12
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err,
			"epoch 1, batch 13:", "12 batches", "Config.MaxSkipped", "learning rate")
		config.MaxSkipped = 30
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1", "all 30 batches diverged", "the last loss is NaN")
	})
}

// Gradients are clipped to ClipNorm. The gradient 10⁻⁷·w is of the size of Adam's epsilon, so that
// its size affects Adam's steps.
func TestClipNorm(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		// The gradient is 1e-7 at first, and clipped until w is below 0.95.
		config.Objective, config.ClipNorm = tiny{}, 0.95e-7
		clipped := func(w float64) float64 { return min(1e-7*w, 0.95e-7) }
		checkWeight(t, train(t, config), adam(30, clipped))
		config.ClipNorm = 1e-8
		checkWeight(t, train(t, config), adam(30, func(float64) float64 { return 1e-8 }))
	})
}

// Without a JumpFactor, a batch diverges if its squared error exceeds 10⁵ times the first batch's.
// The weighted loss, which is always near 1, does not show that. The squared error grows by a
// factor of about 10⁴ in each batch, so the third batch diverges.
func TestErrorGrowthIsDivergence(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.Data, config.BatchesPerEpoch = exploding{}, 20
		config.Objective = meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 1}}
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1, batch 3:", "squared error is", "began at", "faults.md")
		config.MaxSkipped = 50
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2, batch 20:", "all 20 batches diverged")
	})
}

// exploding is data whose points grow by a factor of 100 in each batch.
type exploding struct{}

func (exploding) Dim() int { return 2 }

func (exploding) Sample(scope *model.Scope, g *Graph, n int) *Node {
	size := scope.VariableWithValue("size", float32(1))
	points := Mul(datasets.Checkerboard{}.Sample(scope, g, n), size.NodeValue(g))
	size.SetNodeValue(MulScalar(size.NodeValue(g), 100))
	return points
}

// The progress shows the unweighted squared error if the loss is weighted, and only then. With a
// power of 1 the loss stays near 1.
func TestProgressShowsTheUnweightedError(t *testing.T) {
	var progress strings.Builder
	config := small(enginetest.PureGo(t))
	config.Objective = meanflow.FlowMatching{}
	config.ProgressWriter = &progress
	train(t, config)
	if strings.Contains(progress.String(), "Squared Error") {
		t.Errorf("without weights the progress is %q, want no squared error", progress.String())
	}
	progress.Reset()
	config.Objective = meanflow.MeanFlow{FlowRatio: 1, Weight: meanflow.AdaptiveWeight{Power: 1}}
	config.BatchesPerEpoch, config.Epochs, config.LearningRate = 50, 2, 0.01
	train(t, config)
	var loss, squaredError [2]float64
	for k, line := range strings.Split(strings.TrimSpace(progress.String()), "\n") {
		var epoch, epochs int
		_, err := fmt.Sscanf(line, "Epoch [%d/%d], Avg Loss: %f, Squared Error: %f",
			&epoch, &epochs, &loss[k], &squaredError[k])
		if err != nil {
			t.Fatalf("reading the progress %q: %v", line, err)
		}
	}
	if !(loss[1] > 0.95 && loss[1] < 1) || !(squaredError[1] < squaredError[0]) {
		t.Errorf("the losses are %v and the squared errors %v, want losses near 1 and errors that "+
			"fall", loss, squaredError)
	}
}
