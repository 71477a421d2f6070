package meanflow

import (
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Where things are in the store of a model's variables.
const (
	networkScope = "network"
	dataScope    = "data"
)

// Model is a trained network: it comes from [Train], [Load] or [LoadNet].
type Model struct {
	about  description
	net    Net
	store  *model.Store
	engine compute.Backend
	// generating is the scope of the weights that the model generates with, of one of their averages if it was trained
	// with some.
	generating string

	// mutex guards the store, which building a graph changes, and what follows, compiled when first used. Models that
	// share a store share it.
	mutex *sync.Mutex
	steps *loop
	field *model.Exec
}

// Dim is the number of coordinates of a point.
func (m *Model) Dim() int { return m.about.Dim }

// Epoch is the number of epochs that the model was trained for.
func (m *Model) Epoch() int { return m.about.Epoch }

// Objective is the name of the [Objective] that the model was trained with.
func (m *Model) Objective() string { return m.about.Objective }

// Average says whether the network gives average velocities, or the velocity at t (see [Objective]).
func (m *Model) Average() bool { return m.about.Average }

// Losses is the mean loss of each epoch.
func (m *Model) Losses() []float64 { return slices.Clone(m.about.Losses) }

// Skipped is the number of batches that diverged and were left out (see Config.MaxSkipped).
func (m *Model) Skipped() int { return m.about.Skipped }

// network is the scope of the weights.
func (m *Model) network() *model.Scope { return m.store.RootScope().At(networkScope) }

// generatingScope is the scope of the weights to generate with.
func (m *Model) generatingScope() *model.Scope { return m.store.RootScope().At("%s", m.generating) }

// buildOnce builds a graph without running it, which makes the variables that it uses.
func (m *Model) buildOnce(build func(g *Graph)) error {
	return catch(func() error {
		g := NewGraph(m.engine, "variables")
		defer g.Finalize()
		model.SetStore(g, m.store)
		build(g)
		return nil
	})
}

// checkNetwork builds the network and panics if what it returns has the wrong shape.
func (m *Model) checkNetwork(g *Graph) {
	const batch = 2
	x := Zeros(g, shapes.Make(dtypes.Float32, batch, m.Dim()))
	time := Zeros(g, shapes.Make(dtypes.Float32, batch, 1))
	u := m.net(m.network(), x, time, time)
	if !u.Shape().Equal(x.Shape()) {
		exceptions.Panicf("the network returns %s for x of shape %s: it must return the shape of x", u.Shape(), x.Shape())
	}
}
