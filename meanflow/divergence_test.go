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

// poisoned has points at infinity in one of the batches, which are counted from 1.
type poisoned struct {
	datasets.Checkerboard
	batch float64
}

func (p poisoned) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return Where(isBatch(scope, g, p.batch), Infinity(g, dtypes.Float32, 1),
		p.Checkerboard.Sample(scope, g, n))
}

// isBatch builds whether the batch is this one.
func isBatch(scope *model.Scope, g *Graph, number float64) *Node {
	batch := scope.VariableWithValue("batch", float32(0))
	batch.SetNodeValue(OnePlus(batch.NodeValue(g)))
	return Equal(batch.NodeValue(g), ConstAs(batch.NodeValue(g), number))
}

// A training looks at its losses after several batches at once.
func TestDivergenceIsToldWithItsBatch(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		wants := map[float64]string{1: "epoch 1, batch 1:", 13: "epoch 1, batch 13:",
			20: "epoch 1, batch 20:", 21: "epoch 2, batch 1:", 35: "epoch 2, batch 15:"}
		if engine.String() != "go" { // It compiles each for a second.
			wants = map[float64]string{13: wants[13], 35: wants[35]}
		}
		for batch, want := range wants {
			config := small(engine)
			config.Data, config.BatchesPerEpoch, config.CheckpointDir = poisoned{batch: batch}, 20,
				t.TempDir()
			m, err := meanflow.Train(context.Background(), config)
			check.Error(t, err, want, "epoch-000000", "learning rate 0.003", "faults.md")
			if m != nil {
				t.Error("there is a model of a training that diverged")
			}
		}
	})
}

// bump is all 0 but in one batch, counted from 1, where it is this value.
type bump struct {
	batch, value float64
}

func (bump) Dim() int { return 2 }

func (b bump) Sample(scope *model.Scope, g *Graph, n int) *Node {
	zeros := Zeros(g, shapes.Make(dtypes.Float32, n, 2))
	return Where(isBatch(scope, g, b.batch), AddScalar(zeros, b.value), zeros)
}

// weightAndData's loss is k·w²/2 plus the mean of the data, with constantNetwork's weight w, so
// that its gradient is k·w.
type weightAndData struct {
	meanflow.FlowMatching
	k float64
}

func (o weightAndData) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	squares := ReduceAllMean(Square(u(batch.Data, batch.T, batch.T)))
	loss = Add(MulScalar(squares, o.k/2), ReduceAllMean(batch.Data))
	return loss, loss
}

// brokenGradient's loss is w²/2 in all batches, but its gradient is NaN where the data is not 0.
type brokenGradient struct{ meanflow.FlowMatching }

func (brokenGradient) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	w := ReduceAllMean(u(batch.Data, batch.T, batch.T))
	// The root's slope is infinite at x = 0, and 0 times that is no number.
	x := OneMinus(ReduceAllMax(batch.Data))
	zero := Sub(Sqrt(Add(MulScalar(w, 0), x)), Sqrt(x))
	loss = Add(DivScalar(Square(w), 2), zero)
	return loss, loss
}

// adam is the weight 1 after steps of Kingma and Ba's algorithm 1 (arXiv 1412.6980) with the
// tutorial's settings.
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

func oneWeight(engine compute.Backend) meanflow.Config {
	return meanflow.Config{
		Data: datasets.Gaussian{}, Network: constantNetwork, Objective: tiny{},
		Epochs: 1, BatchesPerEpoch: 30, BatchSize: 4, Backend: engine,
	}
}

func checkWeight(t *testing.T, m *meanflow.Model, want float64) {
	t.Helper()
	got := field(t, m, [][]float64{{0, 0}}, 0.5, 0.5)
	check.Close(t, "the weight after training", got[0], []float64{want, want}, 1e-5)
}

func TestDivergedBatchesAreLeftOut(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		identity := func(w float64) float64 { return w }
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
				config.Data, config.Objective, config.JumpFactor = test.data, test.objective,
					test.factor
				config.Epochs, config.MaxSkipped, config.ProgressWriter = 2, 3, &progress
				m := train(t, config)
				checkWeight(t, m, adam(59, identity))
				if m.Skipped() != 1 || !strings.Contains(progress.String(), "batches left out: 1") {
					t.Errorf("%d batches left out, progress %q", m.Skipped(), progress.String())
				}
				for epoch, loss := range m.Losses() {
					if !(0.3 < loss && loss < 0.5) { // From 1²/2 down to about (1 - 59·0.003)²/2.
						t.Errorf("the loss of epoch %d is %v", epoch+1, loss)
					}
				}
			})
		}
	})
}

func TestJumpIsTold(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.JumpFactor = weightAndData{k: 1}, 10
		config.Data, config.Epochs = bump{17, 20}, 2
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1, batch 17:", "the loss is 20.", "Config.JumpFactor = 10",
			"0.5 before")
		config.Data = bump{47, 20}
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2, batch 17:", "the loss is 20.")
		config.JumpFactor = 100
		train(t, config)
	})
}

// The gradient of the last batch is broken: its loss was fine.
func TestBrokenWeightsAreToldAndNotKept(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.Data = brokenGradient{}, bump{30, 1}
		m, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1", "/network/w", "finite", "diverged", "learning rate")
		if m != nil {
			t.Error("there is a model of a training that diverged")
		}
		config.Data, config.Epochs, config.CheckpointEvery, config.CheckpointDir = bump{60, 1}, 4,
			1, t.TempDir()
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2", "/network/w", "the last checkpoint is ", "epoch-000001")
	})
}

// always is the same value in all batches.
type always struct{ bump }

func (a always) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return AddScalar(Zeros(g, shapes.Make(dtypes.Float32, n, 2)), a.value)
}

func TestTooManyDivergedBatches(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		config.Objective, config.Data, config.MaxSkipped = weightAndData{k: 1},
			always{bump{value: math.NaN()}}, 12
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1, batch 13:", "12 batches", "Config.MaxSkipped",
			"learning rate")
		config.MaxSkipped = 30
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1", "all 30 batches diverged", "the last loss is NaN")
	})
}

// The gradient 10⁻⁷·w is as large as Adam's epsilon, so that its size counts.
func TestClipNorm(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := oneWeight(engine)
		// It is 1e-7 at first and clipped until w is below 0.95.
		config.Objective, config.ClipNorm = tiny{}, 0.95e-7
		clipped := func(w float64) float64 { return min(1e-7*w, 0.95e-7) }
		checkWeight(t, train(t, config), adam(30, clipped))
		config.ClipNorm = 1e-8
		checkWeight(t, train(t, config), adam(30, func(float64) float64 { return 1e-8 }))
	})
}

// Without a limit of the user's, an error of 10⁵ times the first one is divergence, which the
// weighted loss, always near 1, does not show. The error grows by about 10⁴ a batch: the third
// exceeds 10⁵ times the first.
func TestErrorGrowthIsDivergence(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.Data, config.Objective = exploding{},
			meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 1}}
		config.BatchesPerEpoch = 20
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 1, batch 3:", "squared error is", "began at", "faults.md")
		config.MaxSkipped = 50
		_, err = meanflow.Train(context.Background(), config)
		check.Error(t, err, "epoch 2, batch 20:", "all 20 batches diverged")
	})
}

// exploding has points whose size is multiplied by 100 in each batch.
type exploding struct{}

func (exploding) Dim() int { return 2 }

func (exploding) Sample(scope *model.Scope, g *Graph, n int) *Node {
	size := scope.VariableWithValue("size", float32(1))
	points := Mul(datasets.Checkerboard{}.Sample(scope, g, n), size.NodeValue(g))
	size.SetNodeValue(MulScalar(size.NodeValue(g), 100))
	return points
}

// With a power of 1 the loss stays near 1, and the progress shows the error without weights
// besides.
func TestProgressShowsTheUnweightedError(t *testing.T) {
	var progress strings.Builder
	config := small(enginetest.PureGo(t))
	config.Objective = meanflow.FlowMatching{}
	config.ProgressWriter = &progress
	train(t, config)
	if strings.Contains(progress.String(), "Squared Error") {
		t.Errorf("without weights the progress is %q", progress.String())
	}
	progress.Reset()
	config.Objective = meanflow.MeanFlow{FlowRatio: 1, Weight: meanflow.AdaptiveWeight{Power: 1}}
	config.BatchesPerEpoch, config.Epochs, config.LearningRate = 50, 2, 0.01
	train(t, config)
	var loss, squaredError [2]float64
	for k, line := range strings.Split(strings.TrimSpace(progress.String()), "\n") {
		var epoch, epochs int
		if _, err := fmt.Sscanf(line, "Epoch [%d/%d], Avg Loss: %f, Squared Error: %f", &epoch,
			&epochs, &loss[k], &squaredError[k]); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
	}
	if !(loss[1] > 0.95 && loss[1] < 1) || !(squaredError[1] < squaredError[0]) {
		t.Errorf("losses %v, errors %v: want losses near 1, and errors that fall", loss,
			squaredError)
	}
}
