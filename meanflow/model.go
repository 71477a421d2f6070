package meanflow

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Model is a trained network from [Train], [Load], [LoadWith], [LoadFS] or [ReadSafetensors].
// Several goroutines can use it at once.
type Model struct {
	meta    metadata
	state   training.State // The state at the end of its training.
	network network.Network
	store   *model.Store
	engine  compute.Backend
	weights string // The scope of the weights that it generates with.

	// mutex guards compiled, and the store, which changes when a graph is built. Models that share
	// a store share the mutex.
	mutex    *sync.Mutex
	compiled compiled
}

// metadata are the fixed properties of a model. A checkpoint keeps them.
type metadata struct {
	Objective       string `json:"objective"`
	PredictsAverage bool   `json:"predicts_average"`
	// OneStep says that the model was trained only for the step from t = 1 to r = 0.
	OneStep     bool    `json:"one_step,omitempty"`
	Dim         int     `json:"dim"`
	Classes     int     `json:"classes,omitempty"`
	Values      int     `json:"values,omitempty"`
	Guidance    float64 `json:"guidance,omitempty"`     // Config.Guidance.
	MaxGuidance float64 `json:"max_guidance,omitempty"` // Config.MaxGuidance.
	Units       units   `json:"units,omitzero"`
	// Description is what [DescribedData] says of itself, nil if it says nothing.
	Description json.RawMessage `json:"description,omitempty"`
	// Network is the encoded network, nil for a custom one.
	Network   json.RawMessage `json:"network"`
	EMADecays []float64       `json:"ema_decays,omitempty"`
	// Weights is the scope of the weights that a saved model generates with; empty in a checkpoint.
	Weights string `json:"weights,omitempty"`
}

// newModel returns a model whose weights are yet to be put into the store.
func newModel(
	meta metadata, net network.Network, store *model.Store, engine compute.Backend,
) (*Model, error) {
	if meta.Dim < 1 || meta.Dim > maxDim {
		return nil, fmt.Errorf("the model has %d dimensions, it must have from 1 to %d",
			meta.Dim, maxDim)
	}
	if err := meta.Units.check(meta.Dim, meta.Values); err != nil {
		return nil, err
	}
	m := &Model{meta: meta, network: net, store: store, engine: engine, mutex: new(sync.Mutex)}
	scopes := []string{training.NetworkScope}
	for k := range meta.EMADecays {
		scopes = append(scopes, training.EMAScope(k))
	}
	switch {
	case slices.Contains(scopes, meta.Weights):
		m.weights = meta.Weights
	case meta.Weights != "":
		return nil, fmt.Errorf("the model's weights are %.20q, they must be one of %q",
			meta.Weights, scopes)
	default: // The first moving average, or else the raw weights.
		m.weights = scopes[min(1, len(scopes)-1)]
	}
	return m, nil
}

// Dim is the number of coordinates of a point.
func (m *Model) Dim() int { return m.meta.Dim }

// Classes is the number of classes whose points the model can generate, 0 if it has no classes.
func (m *Model) Classes() int { return m.meta.Classes }

// Values is the number of condition values for which the model can generate points, 0 if it has
// none.
func (m *Model) Values() int { return m.meta.Values }

// Guidance returns the lowest and the highest [SampleOptions].Guidance that the model was trained
// for, Config.Guidance and Config.MaxGuidance. The two are equal if the scale is fixed, and 0 if
// the model has no conditions.
func (m *Model) Guidance() (lowest, highest float64) {
	return m.meta.Guidance, max(m.meta.Guidance, m.meta.MaxGuidance)
}

// Description returns the description of the data that the model was trained on, JSON, or nil if
// the data had none (see [DescribedData]).
func (m *Model) Description() []byte { return slices.Clone(m.meta.Description) }

// Objective is the name of the [Objective] that the model was trained with.
func (m *Model) Objective() string { return m.meta.Objective }

// PredictsAverage reports whether the network predicts average velocities, instead of the velocity
// at t (see [Objective]).
func (m *Model) PredictsAverage() bool { return m.meta.PredictsAverage }

// Epoch is the number of epochs that the model was trained for.
func (m *Model) Epoch() int { return m.state.Epoch }

// Losses returns the mean loss of each epoch.
func (m *Model) Losses() []float64 { return slices.Clone(m.state.Losses) }

// Skipped is the number of batches that diverged and were left out (see Config.MaxSkipped).
func (m *Model) Skipped() int { return m.state.Skipped }

// WithEMA returns a view of the model that uses the exponential moving average of the weights with
// the given decay, one of Config.EMADecays, or the raw weights if decay is 0. Without WithEMA, a
// model uses the first moving average, if it has any. The view shares the weights with m.
func (m *Model) WithEMA(decay float64) (*Model, error) {
	weights := training.NetworkScope
	if decay != 0 {
		k := slices.Index(m.meta.EMADecays, decay)
		if k < 0 {
			return nil, fmt.Errorf("meanflow: WithEMA: the decay is %v, it must be one of %v, or "+
				"0 for the raw weights", decay, m.meta.EMADecays)
		}
		weights = training.EMAScope(k)
	}
	return &Model{
		meta: m.meta, state: m.state, network: m.network, store: m.store, engine: m.engine,
		weights: weights, mutex: m.mutex,
	}, nil
}

// build returns a function that builds the network once, which makes its variables. The function
// panics if the network's result has the wrong shape.
func (meta metadata) build(net network.Network) func(scope *model.Scope, g *Graph) {
	return func(scope *model.Scope, g *Graph) {
		const batch = 2
		zeros := func(dtype dtypes.DType, columns int) *Node {
			return Zeros(g, shapes.Make(dtype, batch, columns))
		}
		x, time := zeros(dtypes.Float32, meta.Dim), zeros(dtypes.Float32, 1)
		var none *conditions
		if meta.Guidance != 0 {
			none = &conditions{known: time}
			if meta.Classes > 0 {
				none.class = zeros(dtypes.Int32, 1)
			}
			if meta.Values > 0 {
				none.values = zeros(dtypes.Float32, meta.Values)
			}
			if meta.MaxGuidance != 0 {
				none.guidance = OnesLike(time)
			}
		}
		u := net.Velocity(scope.At(training.NetworkScope), meta.input(x, time, time, none))
		if !u.Shape().Equal(x.Shape()) {
			exceptions.Panicf("the network returns %s for x of shape %s: it must return the shape "+
				"of x", u.Shape(), x.Shape())
		}
	}
}
