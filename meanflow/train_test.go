package meanflow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// The same seed gives the same losses and samples, and another seed other losses.
func TestTrainingIsDeterministic(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		first, again := train(t, config), train(t, config)
		config.Seed++
		other := train(t, config)
		if !slices.Equal(first.Losses(), again.Losses()) {
			t.Errorf("the same seed gave the losses %v and %v", first.Losses(), again.Losses())
		}
		if !slices.Equal(concat(sample(t, first, 50, 3)), concat(sample(t, again, 50, 3))) {
			t.Error("the same seed gave different samples")
		}
		for i, loss := range first.Losses() {
			if loss == other.Losses()[i] {
				t.Errorf("epoch %d: two seeds gave the same loss %v", i+1, loss)
			}
		}
	})
}

// Several devices share each batch. Their losses are those of one device up to rounding: float32
// has 7 digits, and a sum of 64 terms in another order may lose two of them.
func TestDevicesShareBatches(t *testing.T) {
	enginetest.Long(t)
	for _, test := range []struct {
		name     string
		coupling meanflow.Coupling
		devices  []int
	}{
		{"independent noise", meanflow.IndependentNoise(), []int{2}},
		{"sorted noise", meanflow.SortedNoise(), []int{2}},
	} {
		alone := small(enginetest.XLA(t))
		alone.Epochs, alone.Coupling = 6, test.coupling
		want := train(t, alone).Losses()
		for _, devices := range test.devices {
			config := alone
			config.Devices, config.Backend = devices, enginetest.XLAWithDevices(t, devices)
			config.Epochs, config.CheckpointDir = 3, t.TempDir()
			train(t, config)
			config.Epochs, config.Resume = 6, true
			m := train(t, config)
			check.Close(t, fmt.Sprint(test.name, ", devices: ", devices), m.Losses(), want, 1e-5)
			if slices.Equal(m.Losses(), want) {
				t.Errorf("%s, %d devices: the losses equal those of one device to the last bit, "+
					"so the devices shared nothing", test.name, devices)
			}
			loaded, err := meanflow.Load(config.CheckpointDir)
			if err != nil {
				t.Fatal(err)
			}
			check.Close(t, "samples",
				concat(sample(t, loaded, 50, 3)), concat(sample(t, m, 50, 3)), 1e-6)
		}
	}
}

// The losses of the other networks, too, are those of one device, with and without classes.
func TestDevicesWithOtherNetworks(t *testing.T) {
	enginetest.Long(t)
	random := rand.New(rand.NewPCG(1, 2))
	points, classes := make([][]float64, 48), make([]int, 48)
	for i := range points {
		points[i], classes[i] = make([]float64, 16), 1+i%2
		for j := range points[i] {
			points[i][j] = random.NormFloat64()
		}
	}
	table, err := datasets.FromPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	labelled, err := table.WithClasses(classes, []string{"even", "odd"})
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]meanflow.Config{
		"residual MLP": {Data: table, Network: network.ResidualMLP{Width: 8, Blocks: 1}},
		"patch transformer": {Data: labelled, Guidance: 1, Network: network.PatchTransformer{
			Image: network.ImageShape{Height: 4, Width: 4}, Patch: 2, Width: 8, Heads: 2, Blocks: 1,
		}},
	} {
		config.Epochs, config.BatchesPerEpoch, config.BatchSize = 4, 3, 64
		config.Backend = enginetest.XLA(t)
		want := train(t, config).Losses()
		config.Devices, config.Backend = 2, enginetest.XLAWithDevices(t, 2)
		check.Close(t, name, train(t, config).Losses(), want, 1e-5)
	}
}

func TestOwnNetworkAndOwnPoints(t *testing.T) {
	points, err := datasets.FromPoints([][]float64{{1, 2, 3}, {-1, 0, 1}, {0, 0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.Data, config.Network, config.Objective = points, ownNetwork, meanflow.FlowMatching{}
		config.CheckpointDir = t.TempDir()
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
	config := small(enginetest.PureGo(t))
	config.CheckpointDir = t.TempDir()
	var out bytes.Buffer
	config.ProgressWriter = &out
	losses := train(t, config).Losses()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 6 || !strings.HasPrefix(lines[0], "Epoch [1/4], Avg Loss: ") ||
		lines[2] != "Checkpoint: "+filepath.Join(config.CheckpointDir, "epoch-000002") {
		t.Errorf("the progress is not a line an epoch and a line a checkpoint:\n%s", out.String())
	}
	if len(losses) != 4 || !(losses[0] > 0) {
		t.Errorf("the losses are %v, want 4, the first above 0", losses)
	}
}

func TestTrainingStopsWithItsContext(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Epochs, config.CheckpointDir = 1_000_000, t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	config.ProgressWriter = writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte("Epoch [3/")) {
			cancel()
		}
		return len(p), nil
	})
	m, err := meanflow.Train(ctx, config)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got the error %v, want context.Canceled", err)
	}
	check.Error(t, err, "after 3 of 1000000 epochs", "Config.Resume", "epoch-000003")
	if m == nil || m.Epoch() != 3 {
		t.Fatalf("the model is %v, want the one after epoch 3", m)
	}
	options := meanflow.LoadOptions{Backend: config.Backend}
	loaded, err := meanflow.LoadWith(config.CheckpointDir, options)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(concat(sample(t, loaded, 50, 3)), concat(sample(t, m, 50, 3))) {
		t.Error("the checkpoint generates other samples than the model")
	}
}

// tiny is an objective with the loss 10⁻⁷·w²/2, whose gradient 10⁻⁷·w is small enough for Adam's
// epsilon to matter.
type tiny struct{ meanflow.FlowMatching }

func (tiny) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	loss = MulScalar(ReduceAllMean(Square(u(batch.Data, batch.T, batch.T))), 0.5e-7)
	return loss, loss
}

// The optimizer is Adam with the tutorial's settings: learning rate 0.003, betas 0.9 and 0.999,
// epsilon 10⁻⁸.
func TestOptimizerIsTheTutorials(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		checkWeight(t, train(t, oneWeight(engine)),
			adam(30, func(w float64) float64 { return 1e-7 * w }))
	})
}

// vector is an objective that returns a loss for each example instead of a scalar.
type vector struct{ meanflow.FlowMatching }

func (vector) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	return batch.T, batch.T
}

func TestTrainRefuses(t *testing.T) {
	engine := enginetest.PureGo(t)
	trained := small(engine)
	trained.CheckpointDir = t.TempDir()
	train(t, trained)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(c *meanflow.Config)
		wants  []string
	}{
		"no data": {func(c *meanflow.Config) { c.Data = nil }, []string{"Config.Data"}},
		"no dimensions": {func(c *meanflow.Config) {
			c.Data = datasets.Gaussian{Dimensions: -1}
		}, []string{"Config.Data", "-1"}},
		"epochs": {func(c *meanflow.Config) { c.Epochs = -2 },
			[]string{"Config.Epochs", "-2"}},
		"batches": {func(c *meanflow.Config) { c.BatchesPerEpoch = -5 },
			[]string{"Config.BatchesPerEpoch", "-5"}},
		"batch size": {func(c *meanflow.Config) { c.BatchSize = -2 },
			[]string{"Config.BatchSize", "-2"}},
		"huge batch size": {func(c *meanflow.Config) { c.BatchSize = 1 << 40 },
			[]string{"Config.BatchSize"}},
		"checkpoint interval": {func(c *meanflow.Config) { c.CheckpointEvery = -1 },
			[]string{"Config.CheckpointEvery"}},
		"devices": {func(c *meanflow.Config) { c.Devices = -1 },
			[]string{"Config.Devices", "-1"}},
		"uneven shares": {func(c *meanflow.Config) { c.Devices, c.Backend = 3, nil },
			[]string{"Config.BatchSize is 64", "a multiple of Config.Devices, 3"}},
		"too few devices": {func(c *meanflow.Config) { c.Devices = 2 },
			[]string{"Config.Devices is 2", "has 1"}},
		"learning rate": {func(c *meanflow.Config) { c.LearningRate = -0.1 },
			[]string{"Config.LearningRate", "-0.1"}},
		"learning rate NaN": {func(c *meanflow.Config) { c.LearningRate = math.NaN() },
			[]string{"Config.LearningRate", "NaN"}},
		"learning rate Inf": {func(c *meanflow.Config) { c.LearningRate = math.Inf(1) },
			[]string{"Config.LearningRate", "Inf"}},
		"clipping norm": {func(c *meanflow.Config) { c.ClipNorm = -1 },
			[]string{"Config.ClipNorm", "-1"}},
		"clipping norm NaN": {func(c *meanflow.Config) { c.ClipNorm = math.NaN() },
			[]string{"Config.ClipNorm", "NaN"}},
		"jump factor": {func(c *meanflow.Config) { c.JumpFactor = 0.5 },
			[]string{"Config.JumpFactor", "0.5", "above 1"}},
		"jump factor Inf": {func(c *meanflow.Config) { c.JumpFactor = math.Inf(1) },
			[]string{"Config.JumpFactor", "Inf"}},
		"skipped": {func(c *meanflow.Config) { c.MaxSkipped = -1 },
			[]string{"Config.MaxSkipped", "-1"}},
		"keep": {func(c *meanflow.Config) { c.MaxCheckpoints = -1 },
			[]string{"Config.MaxCheckpoints", "-1"}},
		"width": {func(c *meanflow.Config) { c.Network = network.MLP{Width: -3} },
			[]string{"MLP.Width", "-3"}},
		"depth": {func(c *meanflow.Config) { c.Network = network.MLP{Depth: -3} },
			[]string{"MLP.Depth", "-3"}},
		"activation": {func(c *meanflow.Config) {
			c.Network = network.MLP{Activation: "gulu"}
		}, []string{"MLP.Activation", "gulu", "gelu", "tanh"}},
		"times for the network": {func(c *meanflow.Config) { c.Network = network.MLP{Times: "r"} },
			[]string{"MLP.Times", `"r"`, `"t,t-r"`}},
		"frequencies": {func(c *meanflow.Config) {
			c.Network = network.MLP{Frequencies: -1}
		}, []string{"MLP.Frequencies", "-1"}},
		"averages": {func(c *meanflow.Config) { c.EMADecays = []float64{0.9, 1} },
			[]string{"Config.EMADecays[1]", "1"}},
		"averages NaN": {func(c *meanflow.Config) { c.EMADecays = []float64{math.NaN()} },
			[]string{"Config.EMADecays[0]", "NaN"}},
		"averages twice": {func(c *meanflow.Config) { c.EMADecays = []float64{0.9, 0.9} },
			[]string{"Config.EMADecays[1]", "0.9"}},
		"resume other averages": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.EMADecays = []float64{0.9}
		}, []string{"[0.9]", "[]"}},
		"share of equal times": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{FlowRatio: 1.5}
		}, []string{"r = t", "1.5"}},
		"equal times NaN": {func(c *meanflow.Config) {
			c.Objective = meanflow.SplitMeanFlow{MeanFlow: meanflow.MeanFlow{FlowRatio: math.NaN()}}
		}, []string{"r = t", "NaN"}},
		"power of the weight": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: -1}}
		}, []string{"AdaptiveWeight.Power", "-1"}},
		"offset of the weight": {func(c *meanflow.Config) {
			c.Objective = meanflow.MeanFlow{Weight: meanflow.AdaptiveWeight{Power: 1, Offset: -1}}
		}, []string{"AdaptiveWeight.Offset", "-1"}},
		"deviation of the times": {func(c *meanflow.Config) {
			times := meanflow.OrderedTimes(meanflow.LogitNormal(0, -1), meanflow.Uniform())
			c.Objective = meanflow.MeanFlow{Times: times}
		}, []string{"LogitNormal", "-1"}},
		"warm-up": {func(c *meanflow.Config) {
			c.Schedule = meanflow.WithWarmUp(0, meanflow.Schedule{})
		}, []string{"WithWarmUp", "0"}},
		"a coupling that loses points": {func(c *meanflow.Config) {
			c.Coupling = meanflow.Coupling{
				Name: "lost",
				Pair: func(_ *model.Scope, data *Node) (ordered, noise *Node) {
					return data, ReduceAllSum(data)
				},
			}
		}, []string{"Config.Coupling", "[64, 2]"}},
		"guidance": {func(c *meanflow.Config) { c.Guidance = -1 },
			[]string{"Config.Guidance", "-1"}},
		"guidance NaN": {func(c *meanflow.Config) { c.Guidance = math.NaN() },
			[]string{"Config.Guidance", "NaN"}},
		"guidance to no class": {func(c *meanflow.Config) {
			c.Guidance, c.Data = 2, datasets.Gaussian{}
		}, []string{"Config.Guidance", "LabelledData"}},
		"guidance, another coupling": {func(c *meanflow.Config) {
			c.Guidance, c.Coupling = 2, meanflow.SortedNoise()
			c.Coupling = meanflow.Coupling{Name: "other", Pair: c.Coupling.Pair}
		}, []string{"Config.Guidance", "Config.Coupling", "other"}},
		"guidance, sorted noise, two values": {func(c *meanflow.Config) {
			c.Data, c.Guidance, c.Coupling = lines{}, 1, meanflow.SortedNoise()
		}, []string{"2 condition values", "Config.Coupling", "IndependentNoise"}},
		"all classes left out": {func(c *meanflow.Config) { c.Guidance, c.ClassDropout = 2, 1 },
			[]string{"Config.ClassDropout", "1"}},
		"classes of another shape": {func(c *meanflow.Config) {
			c.Guidance, c.Data = 2, mislabelled{}
		}, []string{"Config.Data", "[64]", "[64, 1]"}},
		"resume from nowhere": {func(c *meanflow.Config) { c.Resume = true },
			[]string{"Config.Resume", "Config.CheckpointDir"}},
		"a folder in use": {func(c *meanflow.Config) {
			c.CheckpointDir = trained.CheckpointDir
		}, []string{"Config.Resume", "epoch-000004"}},
		"a file for a folder": {func(c *meanflow.Config) { c.CheckpointDir = file },
			[]string{file}},
		"a folder below a file": {func(c *meanflow.Config) {
			c.CheckpointDir = filepath.Join(file, "x")
		}, []string{"Config.CheckpointDir", file}},
		"resume another network": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.Network = network.MLP{Width: 17, Depth: 2}
		}, []string{"Config.Network was", `"Width":17`}},
		"resume an own network": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.Network = ownNetwork
		}, []string{"Config.Network was", "is a network of your own"}},
		"resume another dimension": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.Data = datasets.Gaussian{Dimensions: 3}
		}, []string{"Config.Data.Dim was 2, is 3"}},
		"resume another objective": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.Objective = meanflow.FlowMatching{}
		}, []string{"mean flow", "flow matching"}},
		"resume to an earlier end": {func(c *meanflow.Config) {
			c.CheckpointDir, c.Resume = trained.CheckpointDir, true
			c.Epochs = 2
		}, []string{"epoch 4", "Config.Epochs is 2"}},
		"a loss for each example": {func(c *meanflow.Config) { c.Objective = vector{} },
			[]string{"scalar"}},
		"a network that panics": {func(c *meanflow.Config) {
			c.Network = network.Func(func(*model.Scope, network.Input) *Node {
				panic("out of order")
			})
		}, []string{"the network can't be built", "out of order"}},
		"a network of another shape": {func(c *meanflow.Config) {
			c.Network = network.Func(func(_ *model.Scope, in network.Input) *Node { return in.T })
		}, []string{"the network returns", "[2, 2]"}},
	} {
		t.Run(name, func(t *testing.T) {
			config := small(engine)
			test.change(&config)
			_, err := meanflow.Train(context.Background(), config)
			check.Error(t, err, test.wants...)
		})
	}
}

// mislabelled is data with classes of the shape [n] instead of [n, 1].
type mislabelled struct{ datasets.Checkerboard }

func (d mislabelled) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	points, classes = d.Checkerboard.SampleLabelled(scope, g, n)
	return points, Reshape(classes, n)
}
