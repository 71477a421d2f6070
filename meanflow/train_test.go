package meanflow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// small is a training of a second.
func small(engine compute.Backend) meanflow.Config {
	return meanflow.Config{
		Data:            datasets.Checkerboard{},
		MLP:             meanflow.MLP{Width: 16, Depth: 2},
		Epochs:          4,
		BatchesPerEpoch: 3,
		BatchSize:       64,
		CheckpointEvery: 2,
		Progress:        io.Discard,
		Backend:         engine,
	}
}

func train(t *testing.T, config meanflow.Config) *meanflow.Model {
	t.Helper()
	m, err := meanflow.Train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func sample(t *testing.T, m *meanflow.Model, n, steps int) [][]float64 {
	t.Helper()
	points, err := m.Sample(n, steps, 7)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func TestTrainingIsDeterministic(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		first, again := train(t, config), train(t, config)
		config.Seed++
		other := train(t, config)
		if !slices.Equal(first.Losses(), again.Losses()) {
			t.Errorf("same seed, losses %v and %v", first.Losses(), again.Losses())
		}
		if !slices.Equal(concat(sample(t, first, 50, 3)), concat(sample(t, again, 50, 3))) {
			t.Error("same seed, other samples")
		}
		for i, loss := range first.Losses() {
			if loss == other.Losses()[i] {
				t.Errorf("another seed, the same loss %v in epoch %d", loss, i+1)
			}
		}
	})
}

// Several devices share the batches, whose losses are those of one device but for rounding: float32 has 7 digits, and a
// sum of 64 terms in another order may lose two.
func TestDevicesShareBatches(t *testing.T) {
	for _, test := range []struct {
		name     string
		coupling meanflow.Coupling
		devices  []int
	}{
		{"independent noise", nil, []int{2, 4}},
		{"sorted noise", meanflow.SortedNoise, []int{2}},
	} {
		alone := small(enginetest.XLA(t))
		alone.Epochs, alone.Coupling = 6, test.coupling
		want := train(t, alone).Losses()
		for _, devices := range test.devices {
			config := alone
			config.Backend, config.Devices, config.Dir = enginetest.XLAWithDevices(t, devices), devices, t.TempDir()
			config.Epochs = 3
			train(t, config)
			config.Epochs, config.Resume = 6, true
			m := train(t, config)
			checkClose(t, fmt.Sprint(test.name, ", devices: ", devices), m.Losses(), want, 1e-5)
			if slices.Equal(m.Losses(), want) {
				t.Errorf("%s, %d devices: the losses are those of one to the last bit, as if nothing were shared", test.name, devices)
			}
			loaded, err := meanflow.Load(config.Dir)
			if err != nil {
				t.Fatal(err)
			}
			checkClose(t, "samples", concat(sample(t, loaded, 50, 3)), concat(sample(t, m, 50, 3)), 1e-6)
		}
	}
}

// ownNet is a network of the user's: without r, and with another input. Its product of [n, d] and [n, 1] is what the
// pure-Go engine can't have in a loop.
func ownNet(scope *model.Scope, x, t, r *Node) *Node {
	input := Mul(activation.Swish(x), OnePlus(t))
	return meanflow.MLP{Width: 8, Depth: 1}.Velocity(scope.At("inner"), input, t, t)
}

func TestOwnNetAndOwnPoints(t *testing.T) {
	points, err := datasets.FromPoints([][]float64{{1, 2, 3}, {-1, 0, 1}, {0, 0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.Data, config.Net, config.Objective = points, ownNet, meanflow.FlowMatching{}
		config.Dir = t.TempDir()
		m := train(t, config)
		if got := sample(t, m, 10, 2); len(got) != 10 || len(got[0]) != 3 {
			t.Errorf("%d samples of %d coordinates, want 10 of 3", len(got), len(got[0]))
		}
		config.Resume, config.Epochs = true, 6
		if m := train(t, config); m.Epoch() != 6 {
			t.Errorf("resumed to epoch %d, want 6", m.Epoch())
		}
	})
}

func TestProgressIsALineAnEpoch(t *testing.T) {
	config := small(enginetest.XLA(t))
	config.Dir = t.TempDir()
	var out bytes.Buffer
	config.Progress = &out
	losses := train(t, config).Losses()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 || !strings.HasPrefix(lines[0], "Epoch [1/4], Avg Loss: ") || lines[2] != "Checkpoint: "+filepath.Join(config.Dir, "epoch-000002") {
		t.Errorf("progress:\n%s", out.String())
	}
	if len(losses) != 4 || !(losses[0] > 0) {
		t.Errorf("losses %v", losses)
	}
}

func TestTrainingStopsWithItsContext(t *testing.T) {
	config := small(enginetest.XLA(t))
	config.Epochs, config.Dir = 1_000_000, t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	config.Progress = writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte("Epoch [3/")) {
			cancel()
		}
		return len(p), nil
	})
	m, err := meanflow.Train(ctx, config)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want one about the cancellation", err)
	}
	checkError(t, err, "after 3 of 1000000 epochs", "Config.Resume", "epoch-000003")
	if m == nil || m.Epoch() != 3 {
		t.Fatalf("the model is %v, want the one that was trained so far", m)
	}
	loaded, err := meanflow.Load(config.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(concat(sample(t, loaded, 50, 3)), concat(sample(t, m, 50, 3))) {
		t.Error("the checkpoint generates other samples than the model")
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// constantNet has a single weight w and returns it everywhere.
func constantNet(scope *model.Scope, x, t, r *Node) *Node {
	w := scope.VariableWithValue("w", []float32{1}).NodeValue(x.Graph())
	return Add(ZerosLike(x), ExpandLeftToRank(w, 2))
}

// tiny's loss is 10⁻⁷·w²/2, so that its gradient 10⁻⁷·w is no larger than Adam's epsilon can be.
type tiny struct{ meanflow.FlowMatching }

func (tiny) Loss(u meanflow.Velocity, batch meanflow.Batch) *Node {
	return MulScalar(ReduceAllMean(Square(u(batch.Data, batch.T, batch.T))), 0.5e-7)
}

// Adam with the tutorial's settings: learning rate 0.003, betas 0.9 and 0.999, epsilon 10⁻⁸.
func TestOptimizerIsTheTutorials(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		checkWeight(t, train(t, oneWeight(engine)), adam(30, func(w float64) float64 { return 1e-7 * w }))
	})
}

// vector has a loss for each example.
type vector struct{ meanflow.FlowMatching }

func (vector) Loss(u meanflow.Velocity, batch meanflow.Batch) *Node { return batch.T }

func TestTrainRefuses(t *testing.T) {
	engine := enginetest.XLA(t)
	trained := small(engine)
	trained.Dir = t.TempDir()
	train(t, trained)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(c *meanflow.Config)
		wants  []string
	}{
		"no data":               {func(c *meanflow.Config) { c.Data = nil }, []string{"Config.Data"}},
		"no dimensions":         {func(c *meanflow.Config) { c.Data = datasets.Gaussian{Dimensions: -1} }, []string{"Config.Data", "-1"}},
		"epochs":                {func(c *meanflow.Config) { c.Epochs = -1 }, []string{"Config.Epochs", "-1"}},
		"batches":               {func(c *meanflow.Config) { c.BatchesPerEpoch = -5 }, []string{"Config.BatchesPerEpoch", "-5"}},
		"batch size":            {func(c *meanflow.Config) { c.BatchSize = -2 }, []string{"Config.BatchSize", "-2"}},
		"huge batch size":       {func(c *meanflow.Config) { c.BatchSize = 1 << 40 }, []string{"Config.BatchSize"}},
		"checkpoint interval":   {func(c *meanflow.Config) { c.CheckpointEvery = -1 }, []string{"Config.CheckpointEvery"}},
		"devices":               {func(c *meanflow.Config) { c.Devices = -1 }, []string{"Config.Devices", "-1"}},
		"uneven shares":         {func(c *meanflow.Config) { c.Devices, c.Backend = 3, nil }, []string{"Config.BatchSize is 64", "Config.Devices, 3"}},
		"too few devices":       {func(c *meanflow.Config) { c.Devices = 2 }, []string{"Config.Devices is 2", "has 1"}},
		"learning rate":         {func(c *meanflow.Config) { c.LearningRate = -0.1 }, []string{"Config.LearningRate", "-0.1"}},
		"learning rate NaN":     {func(c *meanflow.Config) { c.LearningRate = math.NaN() }, []string{"Config.LearningRate", "NaN"}},
		"learning rate Inf":     {func(c *meanflow.Config) { c.LearningRate = math.Inf(1) }, []string{"Config.LearningRate", "Inf"}},
		"clipping norm":         {func(c *meanflow.Config) { c.ClipNorm = -1 }, []string{"Config.ClipNorm", "-1"}},
		"clipping norm NaN":     {func(c *meanflow.Config) { c.ClipNorm = math.NaN() }, []string{"Config.ClipNorm", "NaN"}},
		"jump factor":           {func(c *meanflow.Config) { c.JumpFactor = 0.5 }, []string{"Config.JumpFactor", "0.5", "above 1"}},
		"jump factor Inf":       {func(c *meanflow.Config) { c.JumpFactor = math.Inf(1) }, []string{"Config.JumpFactor", "Inf"}},
		"skipped":               {func(c *meanflow.Config) { c.MaxSkipped = -1 }, []string{"Config.MaxSkipped", "-1"}},
		"keep":                  {func(c *meanflow.Config) { c.Keep = -1 }, []string{"Config.Keep", "-1"}},
		"width":                 {func(c *meanflow.Config) { c.MLP.Width = -3 }, []string{"MLP.Width", "-3"}},
		"depth":                 {func(c *meanflow.Config) { c.MLP.Depth = -3 }, []string{"MLP.Depth", "-3"}},
		"activation":            {func(c *meanflow.Config) { c.MLP.Activation = "gulu" }, []string{"MLP.Activation", "gulu", "gelu", "tanh"}},
		"times for the network": {func(c *meanflow.Config) { c.MLP.Times = "r" }, []string{"MLP.Times", `"r"`, `"t,t-r"`}},
		"frequencies":           {func(c *meanflow.Config) { c.MLP.Frequencies = -1 }, []string{"MLP.Frequencies", "-1"}},
		"averages":              {func(c *meanflow.Config) { c.Averages = []float64{0.9, 1} }, []string{"Config.Averages[1]", "1"}},
		"averages NaN":          {func(c *meanflow.Config) { c.Averages = []float64{math.NaN()} }, []string{"Config.Averages[0]", "NaN"}},
		"averages twice":        {func(c *meanflow.Config) { c.Averages = []float64{0.9, 0.9} }, []string{"Config.Averages[1]", "0.9"}},
		"resume other averages": {func(c *meanflow.Config) { c.Dir, c.Resume, c.Averages = trained.Dir, true, []float64{0.9} }, []string{"[0.9]", "[]"}},
		"share of equal times":  {func(c *meanflow.Config) { c.Objective = meanflow.MeanFlow{Equal: 1.5} }, []string{"equal times", "1.5"}},
		"equal times NaN": {func(c *meanflow.Config) {
			c.Objective = meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{Equal: math.NaN()}}
		}, []string{"equal times", "NaN"}},
		"power of the weight": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: -1}}
		}, []string{"AdaptiveWeight.Power", "-1"}},
		"offset of the weight": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 1, Offset: -1}}
		}, []string{"AdaptiveWeight.Offset", "-1"}},
		"deviation of the times": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{Sampler: meanflow.OrderedTimes(meanflow.LogitNormal(0, -1), meanflow.Uniform)}
		}, []string{"LogitNormal", "-1"}},
		"warm-up": {func(c *meanflow.Config) { c.Schedule = meanflow.WithWarmUp(0, nil) }, []string{"WithWarmUp", "0"}},
		"a coupling that loses points": {func(c *meanflow.Config) {
			c.Coupling = func(_ *model.Scope, data *Node) (ordered, noise *Node) { return data, ReduceAllSum(data) }
		}, []string{"Config.Coupling", "[64, 2]"}},
		"guidance":                 {func(c *meanflow.Config) { c.Guidance = -1 }, []string{"Config.Guidance", "-1"}},
		"guidance NaN":             {func(c *meanflow.Config) { c.Guidance = math.NaN() }, []string{"Config.Guidance", "NaN"}},
		"guidance to no class":     {func(c *meanflow.Config) { c.Guidance, c.Data = 2, datasets.Gaussian{} }, []string{"Config.Guidance", "LabelledData"}},
		"guidance, an own network": {func(c *meanflow.Config) { c.Guidance, c.Net = 2, ownNet }, []string{"Config.Guidance", "Config.Net"}},
		"guidance, sorted noise":   {func(c *meanflow.Config) { c.Guidance, c.Coupling = 2, meanflow.SortedNoise }, []string{"Config.Guidance", "Config.Coupling"}},
		"all classes left out":     {func(c *meanflow.Config) { c.Guidance, c.Unlabelled = 2, 1 }, []string{"Config.Unlabelled", "1"}},
		"classes of another shape": {func(c *meanflow.Config) { c.Guidance, c.Data = 2, mislabelled{} }, []string{"Config.Data", "[64]", "[64, 1]"}},
		"resume from nowhere":      {func(c *meanflow.Config) { c.Resume = true }, []string{"Config.Resume", "Config.Dir"}},
		"a folder in use":          {func(c *meanflow.Config) { c.Dir = trained.Dir }, []string{"Config.Resume", "epoch-000004"}},
		"a file for a folder":      {func(c *meanflow.Config) { c.Dir = file }, []string{file}},
		"a folder below a file":    {func(c *meanflow.Config) { c.Dir = filepath.Join(file, "x") }, []string{"Config.Dir", file}},
		"resume another network":   {func(c *meanflow.Config) { c.Dir, c.Resume, c.MLP.Width = trained.Dir, true, 17 }, []string{"Width:16", "Width:17"}},
		"resume an own network":    {func(c *meanflow.Config) { c.Dir, c.Resume, c.Net = trained.Dir, true, ownNet }, []string{"another network"}},
		"resume another dimension": {func(c *meanflow.Config) {
			c.Dir, c.Resume, c.Data = trained.Dir, true, datasets.Gaussian{Dimensions: 3}
		}, []string{"dimension 2", "has 3"}},
		"resume another objective": {func(c *meanflow.Config) { c.Dir, c.Resume, c.Objective = trained.Dir, true, meanflow.FlowMatching{} }, []string{"mean flow", "flow matching"}},
		"resume to an earlier end": {func(c *meanflow.Config) { c.Dir, c.Resume, c.Epochs = trained.Dir, true, 2 }, []string{"epoch 4", "Config.Epochs is 2"}},
		"a loss for each example":  {func(c *meanflow.Config) { c.Objective = vector{} }, []string{"scalar"}},
		"a network that panics": {func(c *meanflow.Config) {
			c.Net = func(scope *model.Scope, x, t, r *Node) *Node { panic("out of order") }
		}, []string{"the network can't be built", "out of order"}},
		"a network of another shape": {func(c *meanflow.Config) {
			c.Net = func(scope *model.Scope, x, t, r *Node) *Node { return t }
		}, []string{"the network returns", "[2, 2]"}},
	} {
		t.Run(name, func(t *testing.T) {
			config := small(engine)
			test.change(&config)
			_, err := meanflow.Train(context.Background(), config)
			checkError(t, err, test.wants...)
		})
	}
}

// mislabelled has classes of another shape than [n, 1].
type mislabelled struct{ datasets.Checkerboard }

func (d mislabelled) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	points, classes = d.Checkerboard.SampleLabelled(scope, g, n)
	return points, Reshape(classes, n)
}

func checkError(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q:\n%v", want, err)
		}
	}
}
