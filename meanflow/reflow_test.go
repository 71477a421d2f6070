package meanflow_test

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// reflow makes pairs, and ends the test if Reflow returns an error.
func reflow(
	t *testing.T, m *meanflow.Model, n int, options meanflow.SampleOptions, seed int64,
) *meanflow.Pairs {
	t.Helper()
	pairs, err := meanflow.Reflow(m, n, options, seed)
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// The model takes the noise of each pair to its point again, in the units of its data. A model that
// is trained on the pairs has the same units and description.
func TestReflow(t *testing.T) {
	for name, data := range map[string]meanflow.Data{
		"no units": datasets.Checkerboard{}, "units": far, "quantiles": curved,
	} {
		config := small(enginetest.PureGo(t))
		config.Data, config.Objective = data, meanflow.FlowMatching{}
		m := train(t, config)
		const n = 20
		options := meanflow.SampleOptions{Times: meanflow.UniformGrid(3), Solver: meanflow.Heun}
		pairs := reflow(t, m, n, options, 5)
		if pairs.Len() != n || pairs.Dim() != 2 {
			t.Fatalf("%s: %d pairs of %d dimensions, want %d of 2",
				name, pairs.Len(), pairs.Dim(), n)
		}
		var points [][]float64
		for i := range n {
			point, noise := pairs.At(i)
			points, options.Noise = append(points, point), append(options.Noise, noise)
		}
		again, err := m.SampleWith(options, n, 0)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, name, concat(points), concat(again), 0)
		given := reflow(t, m, n, options, 0)
		if given.Fingerprint() != pairs.Fingerprint() {
			t.Errorf("%s: pairs from the same noise are %s and %s", name, given.Fingerprint(),
				pairs.Fingerprint())
		}

		config = meanflow.Config{
			Data: pairs, Network: constantNetwork, Epochs: meanflow.None, Backend: config.Backend,
		}
		onPairs := train(t, config)
		check.Close(t, name, concat(sample(t, onPairs, n, 1)),
			concat(sample(t, constant(t, data), n, 1)), 0)
		if got, want := onPairs.Description(), m.Description(); !slices.Equal(got, want) {
			t.Errorf("%s: the description is %q, want %q", name, got, want)
		}
	}
}

// apart is an objective whose loss is the largest distance of the batch from data = noise - 1.
type apart struct{ tiny }

func (apart) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	distance := ReduceAllMax(Abs(Sub(batch.Data, AddScalar(batch.Noise, -1))))
	loss = Add(distance, MulScalar(ReduceAllMean(u(batch.Data, batch.T, batch.R)), 1e-20))
	return loss, loss
}

// Training draws points together with their own noise. The pairs are those of constantNetwork,
// whose points are noise - 1.
func TestPairsStayPairs(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		pairs := reflow(t, constant(t, scaled{}), 1000, meanflow.SampleOptions{}, 1)
		config := oneWeight(engine)
		config.Data, config.Objective, config.BatchSize = pairs, apart{}, 64
		check.Close(t, "data - noise", train(t, config).Losses(), []float64{0}, 1e-6)
	})
}

// SamplePaired chooses pairs with equal probability: each of 5 pairs about 400 times among 2,000,
// with a deviation of √(2000·0.2·0.8) = 18.
func TestPairsAreDrawnUniformly(t *testing.T) {
	pairs := reflow(t, constant(t, scaled{}), 5, meanflow.SampleOptions{}, 1)
	exec, err := model.NewExec(enginetest.PureGo(t), seededStore(t, 1),
		func(scope *model.Scope, g *Graph) []*Node {
			points, noise := pairs.SamplePaired(scope, g, 2000)
			return []*Node{points, noise}
		})
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := exec.Call()
	if err != nil {
		t.Fatal(err)
	}
	points, noise := drawn[0].Value().([][]float32), drawn[1].Value().([][]float32)
	counts := map[string]int{}
	for i := range points {
		counts[fmt.Sprint(points[i], noise[i])]++
	}
	for i := range pairs.Len() {
		point, noise := pairs.At(i)
		text := fmt.Sprint([]float32{float32(point[0]), float32(point[1])},
			[]float32{float32(noise[0]), float32(noise[1])})
		if count := counts[text]; math.Abs(float64(count)-400) > 90 {
			t.Errorf("pair %s is drawn %d times, want about 400", text, count)
		}
	}
}

// ownPairs is PairedData without a fingerprint: the noise is the point times a factor, or has the
// wrong shape if the factor is 0.
type ownPairs struct {
	anonymous
	factor float64
}

func (p ownPairs) SamplePaired(scope *model.Scope, g *Graph, n int) (points, noise *Node) {
	points = p.Sample(scope, g, n)
	if p.factor == 0 {
		return points, Slice(points, AxisRange(), AxisElem(0))
	}
	return points, MulScalar(points, p.factor)
}

func TestPairsRefuse(t *testing.T) {
	engine := enginetest.PureGo(t)
	m := constant(t, scaled{})
	pairs := reflow(t, m, 10, meanflow.SampleOptions{}, 1)
	config := small(engine)
	config.Data, config.Coupling = pairs, meanflow.SortedNoise()
	_, err := meanflow.Train(t.Context(), config)
	check.Error(t, err, "Config.Coupling is sorted noise", "*meanflow.Pairs", "its own noise")
	config = small(engine)
	config.Data, config.Guidance = ownPairs{1, 1}, 1
	_, err = meanflow.Train(t.Context(), config)
	check.Error(t, err, "Config.Guidance is 1", "ownPairs", "no conditions")
	config = small(engine)
	config.Data = ownPairs{1, 0}
	_, err = meanflow.Train(t.Context(), config)
	check.Error(t, err, "Config.Data samples the noise as", "must be (Float32)[64, 2]")

	_, err = meanflow.Reflow(nil, 10, meanflow.SampleOptions{}, 1)
	check.Error(t, err, "Reflow", "the model is nil", "Train or Load")
	_, err = meanflow.Reflow(m, 10, meanflow.SampleOptions{Renoise: true}, 1)
	check.Error(t, err, "Reflow", "Renoise", "must be false")
	_, err = meanflow.Reflow(m, 0, meanflow.SampleOptions{}, 1)
	check.Error(t, err, "Reflow", "the number of points is 0")
	_, err = meanflow.Reflow(flowMatched(t), 10, meanflow.SampleOptions{}, 1)
	check.Error(t, err, "Reflow", "Times is nil", "flow matching", "UniformGrid(100)")
	config = small(engine)
	config.Guidance, config.Epochs = 1, meanflow.None
	_, err = meanflow.Reflow(train(t, config), 10, meanflow.SampleOptions{}, 1)
	check.Error(t, err, "Reflow", "with conditions", "without a Config.Guidance")
}

// Resuming tells other pairs by their noise: by their fingerprint, or by pairs drawn from data
// without one. The recommended configuration for pairs leaves their noise alone.
func TestResumeWithPairs(t *testing.T) {
	m, options := flowMatched(t), meanflow.SampleOptions{Times: meanflow.UniformGrid(2)}
	for _, data := range [][2]meanflow.Data{
		{
			reflow(t, m, 100, options, 1), reflow(t, m, 100, options, 2),
		},
		{ownPairs{1, 1}, ownPairs{1, 2}},
	} {
		config := meanflow.Recommended(data[0])
		config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 1, 32
		config.Backend = enginetest.PureGo(t)
		config.CheckpointDir = filepath.Join(t.TempDir(), "checkpoints")
		train(t, config)
		config.Resume = true
		train(t, config)
		config.Data = data[1]
		_, err := meanflow.Train(t.Context(), config)
		check.Error(t, err, "Config.Data was ")
	}
}
