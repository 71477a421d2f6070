package meanflow

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// tinyRange returns a configuration for guidance scales from 1.5 to 6, whose training takes a
// moment.
func tinyRange(t *testing.T) Config {
	config := guidedConfig(t, enginetest.PureGo(t))
	config.Network, config.Schedule = network.MLP{Width: 8, Depth: 1}, Schedule{}
	config.Guidance, config.MaxGuidance = 1.5, 6
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 2, 3, 32
	return config
}

func mustTrain(t *testing.T, config Config) *Model {
	t.Helper()
	m, err := Train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ofClass generates 20 points of class 2 in two steps, one point after the other.
func ofClass(t *testing.T, m *Model, guidance float64) []float64 {
	t.Helper()
	options := SampleOptions{Times: UniformGrid(2), Class: 2, Guidance: guidance}
	points, err := m.SampleWith(options, 20, 1)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(points...)
}

// The logarithm of a scale is uniform: its mean is (ln 1.5 + ln 6)/2, and a quarter of the scales
// lies between neighbours of 1.5·4^(k/4). The velocity to regress on is ω·(noise - data) + (1 -
// ω)·u(x_t, t, t) with the example's scale ω and the network's unconditional velocity u. Without
// conditions the scale is 1, and the velocity noise - data.
func TestGuidedVelocityOfDrawnScales(t *testing.T) {
	const n, dropout = 4000, 0.3
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := tinyRange(t)
		config.ClassDropout, config.Backend = dropout, engine
		config.BatchSize, config.Epochs = n, None
		m := mustTrain(t, config)
		config = config.withDefaults()
		columns := make([][][]float32, 3) // Data, noise, times.
		classes := make([][]int32, n)
		for i := range n {
			columns[0] = append(columns[0], []float32{float32(i%7) - 3})
			columns[1] = append(columns[1], []float32{float32(i%5) - 2})
			columns[2] = append(columns[2], []float32{float32(i%10) / 10})
			classes[i] = []int32{int32(1 + i%2)}
		}
		exec, err := model.NewExec(engine, m.store,
			func(scope *model.Scope, data, noise, t, class *Node) []*Node {
				b := Batch{Data: data, Noise: noise, T: t, R: t}
				given := &conditions{class: class}
				config.withhold(scope, data.Graph(), given)
				config.drawGuidance(scope, data.Graph(), given)
				in := network.Input{X: b.Interpolant(), T: t, R: t, Classes: 2}
				in.Class, in.Guidance = ZerosLike(class), OnesLike(t)
				return []*Node{
					given.known, given.guidance,
					config.guidedVelocity(scope, b, given),
					config.velocity(scope, given)(in.X, t, t),
					config.Network.Velocity(scope.At("network"), in),
				}
			})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Call(columns[0], columns[1], columns[2], classes)
		if err != nil {
			t.Fatal(err)
		}
		known, scales := check.Floats(out[0]), check.Floats(out[1])
		targets, predictions := check.Floats(out[2]), check.Floats(out[3])
		unconditional := check.Floats(out[4])
		var count, sum float64
		var quarters [4]float64
		for i, scale := range scales {
			v := float64(columns[1][i][0] - columns[0][i][0])
			want := scale*v + (1-scale)*unconditional[i]
			if known[i] == 0 {
				want = v
				if scale != 1 || math.Abs(predictions[i]-unconditional[i]) > 1e-6 {
					t.Fatalf("example %d is unconditional, but has the scale %v and the velocity "+
						"%v, want 1 and %v", i, scale, predictions[i], unconditional[i])
				}
			} else {
				if !(scale > 1.5-1e-6 && scale < 6+1e-6) {
					t.Fatalf("the scale of example %d is %v, want 1.5 to 6", i, scale)
				}
				count++
				sum += math.Log(scale)
				quarters[min(3, max(0, int(math.Log(scale/1.5)/math.Log(4)*4)))]++
			}
			if math.Abs(targets[i]-want) > 2e-5 {
				t.Fatalf("example %d: the velocity is %v, want %v", i, targets[i], want)
			}
		}
		// The tolerances are five standard deviations: ln 4/√(12·2800) = 0.0076 of the mean,
		// √(0.25·0.75/2800) = 0.0082 of a share.
		if mean, want := sum/count, math.Log(1.5*6)/2; math.Abs(mean-want) > 0.038 {
			t.Errorf("the mean of ln ω is %v, want %v", mean, want)
		}
		for k, quarter := range quarters {
			if share := quarter / count; math.Abs(share-0.25) > 0.041 {
				t.Errorf("a share %v of the scales is in quarter %d, want 0.25", share, k)
			}
		}
	})
}

// With all scales nearly equal, each objective has the loss of that fixed scale. The network
// ignores the scale, so that both trainings have the same weights in their first batch.
func TestObjectivesRegressOnDrawnScales(t *testing.T) {
	for _, objective := range []Objective{
		FlowMatching{}, MeanFlow{FlowRatio: 0.5}, ImprovedMeanFlow{MeanFlow{FlowRatio: 0.5}},
		AlphaFlow{}, SplitMeanFlow{MeanFlow{FlowRatio: 0.5}},
	} {
		loss := func(lowest, highest float64) float64 {
			config := tinyRange(t)
			inner := config.Network
			config.Network = network.Func(func(scope *model.Scope, in network.Input) *Node {
				in.Guidance = nil
				return inner.Velocity(scope, in)
			})
			config.Objective, config.Epochs, config.BatchesPerEpoch = objective, 1, 1
			config.Guidance, config.MaxGuidance = lowest, highest
			return mustTrain(t, config).Losses()[0]
		}
		fixed, drawn, other := loss(2.5, 0), loss(2.5, 2.5+1e-9), loss(2.5, 6)
		if math.Abs(drawn-fixed) > 1e-6*fixed || math.Abs(other-fixed) < 0.01*fixed {
			t.Errorf("%s: the loss is %v for the scale 2.5, %v for scales near it, %v for 2.5 to 6",
				objective.Name(), fixed, drawn, other)
		}
	}
}

// The median of a class's samples moves with the scale as the true flow's, whose velocity has a
// closed form for a mixture. In one dimension points keep their order, so the median is where the
// flow leads the noise's median, 0.
// The largest errors of five seeds were 0.13, 0.17 and 0.25 for the scales 1, 2 and 3; without a
// class all were below 0.2.
func TestScaleIsChosenWhenSampling(t *testing.T) {
	mixture := func(means ...[]float64) datasets.Mixture {
		ones := slices.Repeat([]float64{1}, len(means))
		m, err := datasets.NewMixture(ones, means, ones)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first, second := []float64{-1}, []float64{1}
	both, class := mixture(first, second), mixture(second)
	truth := func(guidance float64) float64 {
		velocity := func(mixture datasets.Mixture, x, at float64) float64 {
			velocities, err := mixture.Velocity([][]float64{{x}}, at)
			if err != nil {
				t.Fatal(err)
			}
			return velocities[0][0]
		}
		slope := func(x, at float64) float64 {
			return guidance*velocity(class, x, at) + (1-guidance)*velocity(both, x, at)
		}
		x := 0.
		const steps, h = 200, 1. / 200
		for k := range steps { // By the midpoint rule.
			t := 1 - float64(k)*h
			x -= h * slope(x-h/2*slope(x, t), t-h/2)
		}
		return x
	}
	config := tinyRange(t)
	config.Data = both
	config.Objective, config.Network = FlowMatching{}, network.MLP{Width: 32, Depth: 2}
	config.Guidance, config.MaxGuidance, config.Seed = 1, 3, *guidanceSeed
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 3, 100, 512
	config.Schedule, config.ClassDropout = CosineDecay(), 0.3
	m := mustTrain(t, config)
	noise := [][]float64{{0}}
	for _, guidance := range []float64{1, 2, 3} {
		options := SampleOptions{
			Times: UniformGrid(20), Solver: Heun, Class: 2, Guidance: guidance, Noise: noise,
		}
		got, err := m.SampleWith(options, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		want := truth(guidance)
		if math.Abs(got[0][0]-want) > 0.35 {
			t.Errorf("guidance %v: the median is %.3f, want %.3f", guidance, got[0][0], want)
		}
	}
	if n := len(m.compiled.solvers); n != 1 {
		t.Errorf("there are %d graphs for three scales, want one", n)
	}
	all, err := m.SampleWith(SampleOptions{Times: UniformGrid(20), Noise: noise}, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(all[0][0]) > 0.2 { // The truth is 0, by symmetry.
		t.Errorf("without a class the median is %.3f, want 0", all[0][0])
	}
}

// SampleWith accepts scales in the range only. 0 stands for the lowest, and for 1 without a class,
// where all methods of a model agree.
func TestScaleWhenSamplingIsChecked(t *testing.T) {
	m := mustTrain(t, tinyRange(t))
	if lowest, highest := m.Guidance(); lowest != 1.5 || highest != 6 {
		t.Errorf("the range is %v to %v, want 1.5 to 6", lowest, highest)
	}
	if !slices.Equal(ofClass(t, m, 0), ofClass(t, m, 1.5)) {
		t.Error("the scale 0 is not the lowest, 1.5")
	}
	if slices.Equal(ofClass(t, m, 6), ofClass(t, m, 1.5)) {
		t.Error("the scale does not change samples")
	}
	for _, guidance := range []float64{1, 1.49, 6.01, -2, math.NaN()} {
		_, err := m.SampleWith(SampleOptions{Class: 1, Guidance: guidance}, 5, 1)
		check.Error(t, err, "SampleOptions.Guidance is ", "trained for 1.5 to 6", "or 0 for 1.5")
	}
	_, err := m.SampleWith(SampleOptions{Guidance: 2}, 5, 1)
	check.Error(t, err, "SampleOptions.Guidance is 2, without a Class")
	want, err := m.Sample(5, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, guidance := range []float64{0, 1} {
		options := SampleOptions{Times: UniformGrid(2), Guidance: guidance}
		got, err := m.SampleWith(options, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, "samples", slices.Concat(got...), slices.Concat(want...), 1e-6)
	}
	fixed := tinyRange(t)
	fixed.MaxGuidance = 0
	if lowest, highest := mustTrain(t, fixed).Guidance(); lowest != 1.5 || highest != 1.5 {
		t.Errorf("the range of a fixed scale is %v to %v, want 1.5 to 1.5", lowest, highest)
	}
}

func TestRangeOfScalesIsChecked(t *testing.T) {
	for want, change := range map[string]func(c *Config){
		"Config.MaxGuidance is 6 without a Config.Guidance": func(c *Config) { c.Guidance = 0 },
		"Config.MaxGuidance is 1.5, it must be above Config.Guidance, 1.5, and at most 20": func(
			c *Config,
		) {
			c.MaxGuidance = 1.5
		},
		"Config.MaxGuidance is -1,":    func(c *Config) { c.MaxGuidance = -1 },
		"Config.MaxGuidance is 20.1,":  func(c *Config) { c.MaxGuidance = 20.1 },
		"Config.MaxGuidance is NaN,":   func(c *Config) { c.MaxGuidance = math.NaN() },
		"ClassDropout can't be None":   func(c *Config) { c.Guidance, c.ClassDropout = 1, None },
		"but Config.Data has no condi": func(c *Config) { c.Data = datasets.Gaussian{} },
	} {
		config := tinyRange(t)
		change(&config)
		_, err := Train(context.Background(), config)
		check.Error(t, err, want)
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("the error has more than 200 bytes: %v", err)
		}
	}
}

// An interrupted training with drawn scales gives the model of one that was not, to the bit, and
// Load gives the same. It can go on with another range, but not without a range.
func TestRangeOfScalesIsKept(t *testing.T) {
	config := tinyRange(t)
	config.Epochs = 4
	want := ofClass(t, mustTrain(t, config), 3)
	config.CheckpointDir, config.Epochs = t.TempDir(), 2
	mustTrain(t, config)
	config.Resume, config.Epochs = true, 4
	if got := ofClass(t, mustTrain(t, config), 3); !slices.Equal(got, want) {
		t.Errorf("the resumed model generates %v, want %v", got, want)
	}
	loaded, err := LoadWith(config.CheckpointDir, LoadOptions{Backend: config.Backend})
	if err != nil {
		t.Fatal(err)
	}
	if got := ofClass(t, loaded, 3); !slices.Equal(got, want) {
		t.Errorf("the loaded model generates %v, want %v", got, want)
	}
	config.Epochs, config.AllowChanges = 5, true
	for _, changed := range []struct {
		highest float64
		fixed   bool
		want    string
	}{
		{0, true, "that Config.Network takes was drawn for each example, is none"},
		{5, false, "Config.MaxGuidance was 6, is 5"},
	} {
		config.MaxGuidance = changed.highest
		_, err := Train(context.Background(), config)
		var mismatch *MismatchError
		if errors.As(err, &mismatch) != changed.fixed || !changed.fixed && err != nil {
			t.Errorf("with AllowChanges and MaxGuidance %v: %v", changed.highest, err)
		}
		if changed.fixed && !strings.Contains(err.Error(), changed.want) {
			t.Errorf("the error is %v, want %s", err, changed.want)
		}
	}
	config.AllowChanges, config.MaxGuidance = false, 4
	_, err = Train(context.Background(), config)
	check.Error(t, err, "Config.MaxGuidance was 5, is 4")
}
