package meanflow

import (
	"fmt"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
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

	mutex                     sync.Mutex // Guards what follows, compiled when first used.
	sample, trajectory, field *model.Exec
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

// call runs a graph of the model, which is compiled the first time and for each new shape of inputs.
func (m *Model) call(exec **model.Exec, build func(*model.Scope, []*Node) *Node, inputs ...any) (result *tensors.Tensor, err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	err = catch(func() error {
		if *exec == nil {
			*exec, err = model.NewExec(m.engine, m.store, func(scope *model.Scope, inputs []*Node) *Node {
				return build(scope.At(networkScope), inputs)
			})
			if err != nil {
				return err
			}
			(*exec).SetMaxCache(-1) // No limit to the number of different shapes.
		}
		result, err = (*exec).Call1(inputs...)
		return err
	})
	return result, err
}

// buildOnce builds the network's graph without running it, which makes the variables of its weights
// and tells whether it has the right shape.
func (m *Model) buildOnce() error {
	return catch(func() error {
		g := NewGraph(m.engine, "network")
		defer g.Finalize()
		model.SetStore(g, m.store)
		const batch = 2
		x := Zeros(g, shapes.Make(dtypes.Float32, batch, m.Dim()))
		time := Zeros(g, shapes.Make(dtypes.Float32, batch, 1))
		u := m.net(m.store.RootScope().At(networkScope), x, time, time)
		if !u.Shape().Equal(x.Shape()) {
			return fmt.Errorf("the network returns %s for x of shape %s: it must return the shape of x", u.Shape(), x.Shape())
		}
		return nil
	})
}
