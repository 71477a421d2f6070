package meanflow

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Limits on what is asked of a trained model, beyond which a number is a slip of the pen.
const (
	maxCoordinates = 200_000_000 // Of all points together.
	maxSteps       = 1_000_000
)

// Sample generates n points, [n][dim], from standard normal noise that the seed determines. It steps
// over a grid of times from 1 (noise) down to 0 (data), steps of the same length each:
//
//	x_r = x_t - (t - r)·u(x_t, t, r)
//
// With one step that is x_0 = x_1 - u(x_1, 1, 0). A model of flow matching has u(x_t, t, t) there
// instead, the velocity at t, and makes a forward Euler step of it. The points go through all steps some
// thousands at a time, so that a million of them need little more memory than they take themselves.
func (m *Model) Sample(n, steps int, seed int64) ([][]float64, error) {
	if err := m.checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	points := m.noise(n, seed)
	if err := m.integrate(points, 0, steps, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	return m.rows(points), nil
}

// Trajectory generates as Sample does, and returns the points at all times of the grid,
// [steps+1][n][dim]: the first entry is the noise, the last what Sample returns.
func (m *Model) Trajectory(n, steps int, seed int64) ([][][]float64, error) {
	if err := m.checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
	}
	if most := maxCoordinates / m.Dim(); n > most/(steps+1) {
		return nil, fmt.Errorf("meanflow: Trajectory: %d points at %d times, there must be at most %d in all", n, steps+1, most)
	}
	points := m.noise(n, seed)
	trajectory := [][][]float64{m.rows(points)}
	for i := range steps {
		if err := m.integrate(points, i, i+1, steps); err != nil {
			return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
		}
		trajectory = append(trajectory, m.rows(points))
	}
	return trajectory, nil
}

// Field evaluates the network at points [n][dim]: u(x, t, r), [n][dim], for 0 <= r <= t <= 1. For a
// model of flow matching r must be t, and the result is the velocity at t.
func (m *Model) Field(points [][]float64, t, r float64) ([][]float64, error) {
	if !(0 <= r && r <= t && t <= 1) {
		return nil, fmt.Errorf("meanflow: Field: t is %v, r is %v: it must be that 0 <= r <= t <= 1", t, r)
	}
	if !m.Average() && r != t {
		return nil, fmt.Errorf("meanflow: Field: t is %v, r is %v: a model of %s knows the velocity at t only, so r must be t", t, r, m.Objective())
	}
	values, err := m.flat(points)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Field: %w", err)
	}
	if err := m.evaluate(values, t, r); err != nil {
		return nil, fmt.Errorf("meanflow: Field: %w", err)
	}
	return m.rows(values), nil
}

func (m *Model) checkSampling(n, steps int) error {
	if most := maxCoordinates / m.Dim(); n < 1 || n > most {
		return fmt.Errorf("the number of points is %d, it must be from 1 to %d", n, most)
	}
	if steps < 1 || steps > maxSteps {
		return fmt.Errorf("the number of steps is %d, it must be from 1 to %d", steps, maxSteps)
	}
	return nil
}

// noise draws n standard normal points. They come from Go's generator, so that a seed means the same
// noise on every engine.
func (m *Model) noise(n int, seed int64) []float32 {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	noise := make([]float32, n*m.Dim())
	for i := range noise {
		noise[i] = float32(random.NormFloat64())
	}
	return noise
}

// flat has the coordinates of all points, one point after the other.
func (m *Model) flat(points [][]float64) ([]float32, error) {
	if len(points) == 0 {
		return nil, fmt.Errorf("there are no points")
	}
	flat := make([]float32, 0, len(points)*m.Dim())
	for i, point := range points {
		if len(point) != m.Dim() {
			return nil, fmt.Errorf("points[%d] has %d coordinates, the model was trained with %d", i, len(point), m.Dim())
		}
		for j, coordinate := range point {
			if math.IsNaN(coordinate) || math.Abs(coordinate) > math.MaxFloat32 {
				return nil, fmt.Errorf("points[%d][%d] is %v, it must be a finite number of float32's range", i, j, coordinate)
			}
			flat = append(flat, float32(coordinate))
		}
	}
	return flat, nil
}

// rows is the inverse of flat.
func (m *Model) rows(flat []float32) [][]float64 {
	coordinates := make([]float64, len(flat))
	for i, coordinate := range flat {
		coordinates[i] = float64(coordinate)
	}
	return slices.AppendSeq(make([][]float64, 0, len(flat)/m.Dim()), slices.Chunk(coordinates, m.Dim()))
}

// integrate takes points from step first up to step last of so many: x_r = x_t - (t - r)·u(x_t, t, r).
func (m *Model) integrate(points []float32, first, last, steps int) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.steps == nil {
		var err error
		m.steps, err = newLoop(m, m.generatingScope(), func(i *Node, state []*Node) []*Node {
			x, steps := state[0], state[1]
			// The times that the step goes from and to: 1 - i/steps, 1 - (i+1)/steps.
			time := func(i *Node) *Node {
				return Div(ConvertDType(Sub(steps, i), dtypes.Float32), ConvertDType(steps, dtypes.Float32))
			}
			return []*Node{Method{}.step(m.velocity, m.Average(), x, time(i), time(OnePlus(i))), steps}
		})
		if err != nil {
			return err
		}
		m.steps.SetMaxCache(-1)
	}
	return m.inChunks(points, func(x *tensors.Tensor) (*tensors.Tensor, error) {
		state, err := m.steps.run(first, last, x, int32(steps))
		if err != nil {
			return nil, err
		}
		return state[0], state[1].FinalizeAll()
	})
}

// evaluate puts u(x, t, r) in the place of each point x.
func (m *Model) evaluate(points []float32, t, r float64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.field == nil {
		var err error
		m.field, err = model.NewExec(m.engine, m.store, func(_ *model.Scope, x, t, r *Node) *Node { return m.velocity(x, t, r) })
		if err != nil {
			return err
		}
		m.field.SetMaxCache(-1)
	}
	return m.apply(m.field, points, t, r)
}

// apply puts what a graph returns for points x and scalars t and r in the place of the points.
func (m *Model) apply(graph *model.Exec, points []float32, t, r float64) error {
	return m.inChunks(points, func(x *tensors.Tensor) (result *tensors.Tensor, err error) {
		err = catch(func() error {
			result, err = graph.Call1(x, float32(t), float32(r))
			return err
		})
		return result, err
	})
}

// velocity builds the network's, [n, dim], with scalars t and r.
func (m *Model) velocity(x, t, r *Node) *Node {
	n := x.Shape().Dim(0)
	return m.net(m.generatingScope(), x, BroadcastToDims(t, n, 1), BroadcastToDims(r, n, 1))
}

// chunk is how many points a call of the engine has at most: few enough for what is computed for them to stay in
// the processor's caches, and for a million of them to need no more memory than this many.
const chunk = 8192

// inChunks replaces points by what the engine returns for them, [n, dim] each. For every n that occurs a graph is
// compiled, so the last chunk is filled up to a power of two.
func (m *Model) inChunks(points []float32, call func(x *tensors.Tensor) (*tensors.Tensor, error)) error {
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
