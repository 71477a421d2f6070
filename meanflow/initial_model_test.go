package meanflow_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// flowMatched returns a short training of flow matching in pure Go. A moving average with this
// decay is far from the raw weights.
func flowMatched(t *testing.T) *meanflow.Model {
	t.Helper()
	config := small(enginetest.PureGo(t))
	config.Objective, config.EMADecays = meanflow.FlowMatching{}, []float64{0.9}
	return train(t, config)
}

// rawWeights returns a view of a model with its raw weights.
func rawWeights(t *testing.T, m *meanflow.Model) *meanflow.Model {
	t.Helper()
	raw, err := m.WithEMA(0)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Before its first step, a training generates the samples of its initial model: with the weights
// that the initial model generates with, and with averages that begin there. Engines agree up to
// rounding.
func TestInitialModel(t *testing.T) {
	averaged := flowMatched(t)
	raw := rawWeights(t, averaged)
	if slices.Equal(concat(sample(t, averaged, 50, 3)), concat(sample(t, raw, 50, 3))) {
		t.Fatal("the average equals the raw weights, so nothing tells them apart")
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		tolerance := 0.
		if engine.String() != "go" {
			tolerance = 1e-5
		}
		for name, initial := range map[string]*meanflow.Model{
			"the average": averaged, "the raw weights": raw,
		} {
			if tolerance > 0 && initial == raw {
				continue // Compiling takes long.
			}
			want := concat(sample(t, initial, 50, 3))
			config := small(engine)
			config.Objective, config.EMADecays = meanflow.FlowMatching{}, []float64{0.5}
			config.InitialModel, config.Epochs = initial, meanflow.None
			begun := train(t, config)
			check.Close(t, name, concat(sample(t, begun, 50, 3)), want, tolerance)
			if tolerance > 0 {
				continue
			}
			begun = rawWeights(t, begun)
			check.Close(t, name, concat(sample(t, begun, 50, 3)), want, tolerance)
			config.Epochs = 1
			trained := sample(t, train(t, config), 50, 3)
			if slices.Equal(concat(trained), want) {
				t.Errorf("%s: training changes nothing", name)
			}
			check.Close(t, name+", afterwards", concat(sample(t, initial, 50, 3)), want, 0)
		}
	})
}

// A training copies the weights of a model that other goroutines use.
func TestTrainAndInitialModelAtOnce(t *testing.T) {
	initial := flowMatched(t)
	want := concat(sample(t, initial, 50, 3))
	var uses sync.WaitGroup
	for range 4 {
		uses.Go(func() {
			for range 20 {
				points, err := initial.Sample(50, 3, 7)
				if err != nil || !slices.Equal(concat(points), want) {
					t.Errorf("during a training: other samples, or the error %v", err)
				}
			}
		})
	}
	config := small(enginetest.PureGo(t))
	config.InitialModel, config.Epochs = initial, 1
	first := train(t, config)
	if second := train(t, config); !slices.Equal(second.Losses(), first.Losses()) {
		t.Errorf("the losses are %v, then %v", first.Losses(), second.Losses())
	}
	uses.Wait()
}

// Adam, the averages, epochs and losses start anew. With the gradient 1, a step of Adam is as long
// as the learning rate, whatever the steps before: the weights are 0.9 - i·0.01 after step i, and
// their debiased average is 0.1 below that of a training that begins at 1.
func TestInitialModelIsOnlyWeights(t *testing.T) {
	config := oneWeight(enginetest.PureGo(t))
	config.Objective, config.BatchesPerEpoch, config.LearningRate = steady{}, 10, 0.01
	config.InitialModel = train(t, config)
	config.EMADecays = []float64{0.9}
	m := train(t, config)
	checkWeight(t, rawWeights(t, m), 0.8)
	checkWeight(t, m, debiasedAverage(0.9, 10)-0.1)
	if m.Epoch() != 1 || len(m.Losses()) != 1 {
		t.Errorf("after one epoch, there are %d epochs and the losses %v", m.Epoch(), m.Losses())
	}
	check.Close(t, "the mean loss", m.Losses(), []float64{0.9 - 0.045}, 1e-5)
}

// A model of flow matching has learned u(x, t, t), its velocity, and a training of average
// velocities begins with it, whatever the times that the network takes. What the network returns
// for r < t is untrained: Sample of the new model uses it, Sample of the initial model does not.
func TestInitialModelOfFlowMatching(t *testing.T) {
	for _, times := range []string{"t,r", "t,t-r", "t-r"} {
		config := small(enginetest.PureGo(t))
		config.Network = network.MLP{Width: 16, Depth: 2, Times: times}
		config.Objective = meanflow.FlowMatching{}
		initial := train(t, config)
		config.Objective = meanflow.MeanFlow{}
		config.InitialModel, config.Epochs = initial, meanflow.None
		m := train(t, config)
		points := sample(t, initial, 50, 1)
		for _, at := range []float64{0, 0.3, 1} {
			want := field(t, initial, points, at, at)
			check.Close(t, times, concat(field(t, m, points, at, at)), concat(want), 0)
		}
		if !m.PredictsAverage() || slices.Equal(concat(sample(t, m, 50, 1)), concat(points)) {
			t.Errorf("%s: one step uses u(x, 1, 1), want u(x, 1, 0)", times)
		}
	}
}

// A model of other data is a start in standardized coordinates: the network's numbers stay, and
// samples are in the new data's units.
func TestInitialModelInOtherUnits(t *testing.T) {
	initial := constant(t, far)
	other := scaled{points: []scale.Column{{Centre: 2, Scale: 3}, {Centre: -5, Scale: 0.5}}}
	m := train(t, meanflow.Config{
		Data: other, Network: constantNetwork, InitialModel: initial,
		Epochs: meanflow.None, Backend: enginetest.PureGo(t),
	})
	want := concat(sample(t, constant(t, other), 5, 1))
	check.Close(t, "samples", concat(sample(t, m, 5, 1)), want, 0)
}

// A model that does not fit is an error that names what differs, before the data are sampled: table
// panics then. A saved and loaded model fits as the trained one does.
func TestInitialModelMustFit(t *testing.T) {
	engine := enginetest.PureGo(t)
	small := network.MLP{Width: 4, Depth: 1}
	none := func(
		data meanflow.Data, net network.Network, guidance, highest float64,
	) *meanflow.Model {
		return train(t, meanflow.Config{
			Data: data, Network: net, Guidance: guidance, MaxGuidance: highest,
			Epochs: meanflow.None, Backend: engine,
		})
	}
	unconditional := none(scaled{}, small, 0, 0)
	valued := none(scaled{values: []scale.Column{scale.Identity()}}, small, 1, 0)
	for name, test := range map[string]struct {
		initial *meanflow.Model
		change  func(c *meanflow.Config)
		field   string
	}{
		"the dimension": {unconditional, func(c *meanflow.Config) { c.Data = table{3, 0, 0} },
			"Config.Data.Dim was 2, is 3"},
		"classes": {unconditional,
			func(c *meanflow.Config) { c.Data, c.Guidance = table{2, 3, 0}, 1 },
			"the number of classes was 0, is 3"},
		"condition values": {valued,
			func(c *meanflow.Config) { c.Data, c.Guidance = table{2, 0, 2}, 1 },
			"the number of condition values was 1, is 2"},
		"the guidance input": {valued,
			func(c *meanflow.Config) { c.Data, c.Guidance, c.MaxGuidance = table{2, 0, 1}, 1, 2 },
			"the guidance scale that Config.Network takes was none, is drawn for each example"},
		"the network": {unconditional,
			func(c *meanflow.Config) { c.Network = network.MLP{Width: 5, Depth: 1} },
			"Config.Network was "},
		"a network of one's own": {unconditional,
			func(c *meanflow.Config) { c.Network = ownNetwork },
			"is a network of your own"},
		"another network of one's own": {none(scaled{}, constantNetwork, 0, 0),
			func(c *meanflow.Config) { c.Data, c.Network = scaled{}, ownNetwork },
			"the network's /network/inner/hidden_0/biases was missing, is (Float32)[8]"},
	} {
		t.Run(name, func(t *testing.T) {
			config := meanflow.Config{
				Data: table{2, 0, 0}, Network: small, InitialModel: test.initial, Backend: engine,
			}
			test.change(&config)
			_, err := meanflow.Train(t.Context(), config)
			check.Error(t, err, "Config.InitialModel does not fit", test.field)
			var mismatch *meanflow.MismatchError
			if !errors.As(err, &mismatch) || mismatch.Checkpoint != "Config.InitialModel" {
				t.Errorf("got %#v, want a MismatchError of Config.InitialModel", err)
			}
		})
	}
	dir := t.TempDir()
	if err := unconditional.Save(dir); err != nil {
		t.Fatal(err)
	}
	loaded, err := meanflow.LoadWith(dir, meanflow.LoadOptions{Backend: engine})
	if err != nil {
		t.Fatal(err)
	}
	m := train(t, meanflow.Config{
		Data: scaled{}, Network: small, InitialModel: loaded,
		Epochs: meanflow.None, Backend: engine,
	})
	check.Close(t, "loaded", concat(sample(t, m, 5, 1)), concat(sample(t, unconditional, 5, 1)), 0)
}

// A training with an initial model is resumed from its checkpoint, to the same result to the bit.
// Another initial model, or none, is a difference.
func TestResumeWithInitialModel(t *testing.T) {
	initial := flowMatched(t)
	config := small(enginetest.PureGo(t))
	config.InitialModel = initial
	whole := train(t, config)
	config.CheckpointDir, config.Epochs = t.TempDir(), 2
	train(t, config)
	config.Resume, config.Epochs = true, 4
	for name, other := range map[string]*meanflow.Model{
		"none": nil, "the raw weights": rawWeights(t, initial), "a later model": whole,
	} {
		config.InitialModel = other
		_, err := meanflow.Train(t.Context(), config)
		check.Error(t, err, "Config.InitialModel was weights with the sha256")
		var mismatch *meanflow.MismatchError
		if !errors.As(err, &mismatch) || len(mismatch.Differences) != 1 || !mismatch.Changeable {
			t.Errorf("%s: the error is %v, want one difference, which may change", name, err)
		}
	}
	config.InitialModel = initial
	resumed := train(t, config)
	if !slices.Equal(resumed.Losses(), whole.Losses()) {
		t.Errorf("the losses are %v, uninterrupted %v", resumed.Losses(), whole.Losses())
	}
	check.Close(t, "resumed", concat(sample(t, resumed, 50, 1)), concat(sample(t, whole, 50, 1)), 0)
}
