package meanflow

import (
	"errors"
	"math/bits"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// compiled is what a model compiles when it first needs it, and uses again.
type compiled struct {
	steps      *engine.Loop            // Of Sample and Trajectory.
	velocity   *model.Exec             // u(x, t, r).
	solvers    map[solving]*model.Exec // Steps of SampleWith.
	likelihood *engine.Loop
}

// solving is what tells the steps of SampleWith apart, as graphs.
type solving struct {
	solver   Solver
	isGuided bool
}

// scope is the scope of the weights to generate with.
func (m *Model) scope() *model.Scope { return m.store.RootScope().At("%s", m.weights) }

// velocity builds the network at points x [n, dim] and scalar times t and r, under these
// conditions.
func (m *Model) velocity(told *conditions) Velocity {
	return func(x, t, r *Node) *Node {
		n := x.Shape().Dim(0)
		in := m.meta.input(x, BroadcastToDims(t, n, 1), BroadcastToDims(r, n, 1), told)
		return m.network.Velocity(m.scope(), in)
	}
}

// ofAll builds the velocity of all points, whatever their conditions.
func (m *Model) ofAll(x, t, r *Node) *Node {
	if m.meta.Guidance == 0 {
		return m.velocity(nil)(x, t, r)
	}
	g := x.Graph()
	none := m.conditions(x.Shape().Dim(0), Const(g, int32(0)),
		Zeros(g, shapes.Make(dtypes.Float32, m.sizeOfValues())))
	return m.velocity(none.withheld())(x, t, r)
}

// sizeOfValues is the number of condition values that a graph is given: an array can't be empty.
func (m *Model) sizeOfValues() int { return max(1, m.Values()) }

// conditions builds the conditions of n points of one class, an int32 scalar, and the same
// condition values, [sizeOfValues].
func (m *Model) conditions(n int, class, values *Node) *conditions {
	told := &conditions{known: Ones(class.Graph(), shapes.Make(dtypes.Float32, n, 1))}
	if m.Classes() > 0 {
		told.class = BroadcastToDims(class, n, 1)
	}
	if m.Values() > 0 {
		told.values = BroadcastToDims(ExpandAxes(values, 0), n, m.Values())
	}
	return told
}

// integrate takes points from step first up to step last of so many: x_r = x_t - (t - r)·u(x_t, t,
// r).
func (m *Model) integrate(points []float32, first, last, steps int) (err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.compiled.steps == nil {
		m.compiled.steps, err = m.newLoop(func(i *Node, state []*Node) []*Node {
			x, steps := state[0], state[1]
			// The times that the step goes from and to: 1 - i/steps, 1 - (i+1)/steps.
			time := func(i *Node) *Node {
				return Div(ConvertDType(Sub(steps, i), dtypes.Float32),
					ConvertDType(steps, dtypes.Float32))
			}
			return []*Node{Jump.step(m.ofAll, m.PredictsAverage(), x, time(i), time(OnePlus(i))),
				steps}
		})
		if err != nil {
			return err
		}
	}
	return m.inChunks(points, func(x *tensors.Tensor) (*tensors.Tensor, error) {
		state, err := m.compiled.steps.Run(first, last, x, int32(steps))
		if err != nil {
			return nil, err
		}
		return state[0], state[1].FinalizeAll()
	})
}

// newLoop builds a loop over steps of points, for any number of them.
func (m *Model) newLoop(body engine.Body) (*engine.Loop, error) {
	loop, err := engine.NewLoop(m.engine, m.store, m.scope(), body)
	if err != nil {
		return nil, err
	}
	loop.SetMaxCache(-1)
	return loop, nil
}

// evaluate puts u(x, t, r) in the place of each point x.
func (m *Model) evaluate(points []float32, t, r float64) (err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.compiled.velocity == nil {
		m.compiled.velocity, err = m.newExec(func(in []*Node) *Node {
			return m.ofAll(in[0], in[1],
				in[2])
		})
		if err != nil {
			return err
		}
	}
	return m.apply(m.compiled.velocity, points, float32(t), float32(r))
}

// newExec builds a graph of points and other inputs, for any number of points.
func (m *Model) newExec(build func(in []*Node) *Node) (*model.Exec, error) {
	exec, err := model.NewExec(m.engine, m.store,
		func(_ *model.Scope, in []*Node) *Node { return build(in) })
	if err != nil {
		return nil, err
	}
	exec.SetMaxCache(-1)
	return exec, nil
}

// apply puts what a graph returns for points x and other inputs in the place of the points.
func (m *Model) apply(graph *model.Exec, points []float32, others ...any) error {
	return m.inChunks(points, func(x *tensors.Tensor) (result *tensors.Tensor, err error) {
		err = engine.Catch(func() error {
			result, err = graph.Call1(append([]any{x}, others...)...)
			return err
		})
		return result, err
	})
}

// chunk is the largest number of points in a call of the engine: few enough for what is computed of
// them to stay in the processor's caches, and for a million points to need no more memory than
// these.
const chunk = 8192

// inChunks replaces points by what the engine returns for them, [n, dim] each. A graph is compiled
// for every n that occurs, so the last chunk is filled up to a power of two.
func (m *Model) inChunks(points []float32, call func(x *tensors.Tensor) (*tensors.Tensor,
	error)) error {
	for points := range slices.Chunk(points, chunk*m.Dim()) {
		n := len(points) / m.Dim()
		x := tensors.FromShape(shapes.Make(dtypes.Float32, 1<<bits.Len(uint(n-1)), m.Dim()))
		tensors.MustMutableFlatData(x, func(flat []float32) { copy(flat, points) })
		result, err := call(x)
		if err != nil {
			return err
		}
		tensors.MustConstFlatData(result, func(flat []float32) { copy(points, flat) })
		if err := errors.Join(x.FinalizeAll(), result.FinalizeAll()); err != nil {
			return err
		}
	}
	return nil
}
