package meanflow

import (
	"context"
	"runtime"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"golang.org/x/sync/errgroup"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// compiled holds the graphs of a model. Each is compiled when it is first needed, and kept.
type compiled struct {
	steps      *engine.Loop              // Steps of Sample and Trajectory, if there are several.
	velocity   *model.Exec               // u(x, t, r).
	solvers    map[solverKey]*model.Exec // Steps of SampleWith, and single ones.
	likelihood *engine.Loop              // Steps of LogLikelihood.
}

// solverKey has the options of SampleWith that need graphs of their own.
type solverKey struct {
	solver Solver
	// guidesTwice means that the network is evaluated with and without conditions.
	guidesTwice bool
}

// scope returns the scope of the weights that the model generates with.
func (m *Model) scope() *model.Scope { return m.store.RootScope().At("%s", m.weights) }

// velocity returns the network under the given conditions, nil for none: it builds u(x, t, r) at
// points x [n, dim] and scalar times t and r.
func (m *Model) velocity(given *conditions) Velocity {
	return func(x, t, r *Node) *Node {
		n := x.Shape().Dim(0)
		in := m.meta.input(x, BroadcastToDims(t, n, 1), BroadcastToDims(r, n, 1), given)
		in.IsShared = true
		return m.network.Velocity(m.scope(), in)
	}
}

// unconditional builds the unconditional velocity u(x, t, r) at points x [n, dim] and scalar times
// t and r.
func (m *Model) unconditional(x, t, r *Node) *Node {
	if m.meta.Guidance == 0 {
		return m.velocity(nil)(x, t, r)
	}
	g := x.Graph()
	class, values := Const(g, int32(0)), Zeros(g, shapes.Make(dtypes.Float32, m.valuesLength()))
	given := m.conditions(x.Shape().Dim(0), class, values, Const(g, float32(1)))
	return m.velocity(given.withheld())(x, t, r)
}

// valuesLength returns the length of the array of condition values that a graph takes: at least 1,
// because an array can't be empty.
func (m *Model) valuesLength() int { return max(1, m.Values()) }

// conditions builds the conditions of n points that share a class, an int32 scalar, condition
// values, [valuesLength], and a guidance scale, a scalar.
func (m *Model) conditions(n int, class, values, guidance *Node) *conditions {
	given := &conditions{known: Ones(class.Graph(), shapes.Make(dtypes.Float32, n, 1))}
	if m.Classes() > 0 {
		given.class = BroadcastToDims(class, n, 1)
	}
	if m.Values() > 0 {
		given.values = BroadcastToDims(ExpandAxes(values, 0), n, m.Values())
	}
	if m.meta.MaxGuidance != 0 {
		given.guidance = BroadcastToDims(guidance, n, 1)
	}
	return given
}

// integrate replaces points [n][dim] at the start of step first by points at the start of step
// last, on a uniform grid of the given number of steps: x_r = x_t - (t - r)·u(x_t, t, r).
func (m *Model) integrate(points []float32, first, last, steps int) (err error) {
	if steps == 1 { // A step alone compiles in half the time of the loop.
		return m.step(SampleOptions{}, points, 1, 0)
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.compiled.steps == nil {
		m.compiled.steps, err = m.newLoop(func(i *Node, state []*Node) []*Node {
			x, steps := state[0], state[1]
			// Step i goes from the time 1 - i/steps to 1 - (i+1)/steps.
			time := func(i *Node) *Node {
				left := ConvertDType(Sub(steps, i), dtypes.Float32)
				return Div(left, ConvertDType(steps, dtypes.Float32))
			}
			t, r := time(i), time(OnePlus(i))
			return []*Node{Jump.step(m.unconditional, m.PredictsAverage(), x, t, r), steps}
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

// newLoop builds a loop over steps. It can be run with any number of points, and keeps a compiled
// graph for each number.
func (m *Model) newLoop(body engine.Body) (*engine.Loop, error) {
	loop, err := engine.NewLoop(m.engine, m.store, m.scope(), body)
	if err != nil {
		return nil, err
	}
	loop.SetMaxCache(-1)
	return loop, nil
}

// evaluate replaces each point x by u(x, t, r).
func (m *Model) evaluate(points []float32, t, r float64) (err error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.compiled.velocity == nil {
		m.compiled.velocity, err = m.newExec(func(in []*Node) *Node {
			return m.unconditional(in[0], in[1], in[2])
		})
		if err != nil {
			return err
		}
	}
	return m.apply(m.compiled.velocity, points, float32(t), float32(r))
}

// newExec makes a graph of points and other inputs. It can be run with any number of points, and
// keeps a compiled graph for each number.
func (m *Model) newExec(build func(in []*Node) *Node) (*model.Exec, error) {
	exec, err := model.NewExec(m.engine, m.store,
		func(_ *model.Scope, in []*Node) *Node { return build(in) })
	if err != nil {
		return nil, err
	}
	exec.SetMaxCache(-1)
	return exec, nil
}

// apply replaces points by what a graph returns for them and for the other inputs.
func (m *Model) apply(graph *model.Exec, points []float32, others ...any) error {
	return m.inChunks(points, func(x *tensors.Tensor) (result *tensors.Tensor, err error) {
		err = engine.Catch(func() error {
			result, err = graph.Call1(append([]any{x}, others...)...)
			return err
		})
		return result, err
	})
}

// inChunks replaces points by the results of call, which takes and returns points [n, dim]. XLA
// divides the work of a call among the cores itself. The pure-Go engine computes operations that
// follow each other on one core, so call runs on as many chunks at once as there are cores.
func (m *Model) inChunks(
	points []float32, call func(x *tensors.Tensor) (*tensors.Tensor, error),
) error {
	calls, ctx := errgroup.WithContext(context.Background())
	calls.SetLimit(1)
	if backend.IsPureGo(m.engine) {
		calls.SetLimit(runtime.GOMAXPROCS(0))
	}
	for chunk := range slices.Chunk(points, m.pointsPerCall()*m.Dim()) {
		if ctx.Err() != nil { // A call has failed.
			break
		}
		calls.Go(func() error { return engine.InChunks(chunk, chunk, m.Dim(), m.Dim(), call) })
	}
	return calls.Wait()
}

// pointsPerCall returns the number of points for which a processor's caches hold the network's
// intermediate results: a power of two, at least 16 and at most 8,192. The largest result has at
// most 2 MB, or 128 KB in pure Go, where each core has a call of its own. A GPU takes 8,192 points.
func (m *Model) pointsPerCall() int {
	const most, least = 8192, 16
	values := 1 << 19
	if backend.IsPureGo(m.engine) {
		values = 1 << 15
	}
	n := most
	if backend.IsCPU(m.engine) {
		for n > least && n*network.Largest(m.network) > values {
			n /= 2
		}
	}
	return n
}
