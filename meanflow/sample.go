package meanflow

import (
	"fmt"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Limits on what is asked of a trained model, beyond which a number is a slip of the pen.
const (
	maxSamples = 100_000_000
	maxSteps   = 1_000_000
)

// Sample generates n points, [n][dim], from standard normal noise that the seed determines. It steps
// over a grid of times from 1 (noise) down to 0 (data), steps of the same length each:
//
//	x_r = x_t - (t - r)·u(x_t, t, r)
//
// With one step that is x_0 = x_1 - u(x_1, 1, 0). A model of flow matching has u(x_t, t, t) there
// instead, the velocity at t, and makes a forward Euler step of it. The whole loop is one call of the
// engine.
func (m *Model) Sample(n, steps int, seed int64) ([][]float64, error) {
	if err := checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	points, err := m.call(&m.sample, m.integrate, m.noise(n, seed), int32(0), int32(steps))
	if err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	return points.Value().([][]float64), nil
}

// Trajectory generates as Sample does, and returns the points at all times of the grid,
// [steps+1][n][dim]: the first entry is the noise, the last what Sample returns.
func (m *Model) Trajectory(n, steps int, seed int64) ([][][]float64, error) {
	if err := checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
	}
	if n*(steps+1) > maxSamples {
		return nil, fmt.Errorf("meanflow: Trajectory: %d points at %d times, there must be at most %d in all", n, steps+1, maxSamples)
	}
	states := tensors.FromShape(shapes.Make(dtypes.Float32, steps+1, n, m.Dim()))
	tensors.MustMutableFlatData(states, func(flat []float32) { fillNoise(flat[steps*n*m.Dim():], seed) })
	trajectory, err := m.call(&m.trajectory, m.integrateKeepingStates, states, int32(0), int32(steps))
	if err != nil {
		return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
	}
	return trajectory.Value().([][][]float64), nil
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
	x, err := m.pointsTensor(points)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Field: %w", err)
	}
	values, err := m.call(&m.field, m.evaluate, x, float32(t), float32(r))
	if err != nil {
		return nil, fmt.Errorf("meanflow: Field: %w", err)
	}
	return values.Value().([][]float64), nil
}

func checkSampling(n, steps int) error {
	if n < 1 || n > maxSamples {
		return fmt.Errorf("the number of points is %d, it must be from 1 to %d", n, maxSamples)
	}
	if steps < 1 || steps > maxSteps {
		return fmt.Errorf("the number of steps is %d, it must be from 1 to %d", steps, maxSteps)
	}
	return nil
}

// noise draws n standard normal points. They come from Go's generator, so that a seed means the same
// noise on every engine.
func (m *Model) noise(n int, seed int64) *tensors.Tensor {
	noise := tensors.FromShape(shapes.Make(dtypes.Float32, n, m.Dim()))
	tensors.MustMutableFlatData(noise, func(flat []float32) { fillNoise(flat, seed) })
	return noise
}

func fillNoise(flat []float32, seed int64) {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	for i := range flat {
		flat[i] = float32(random.NormFloat64())
	}
}

// pointsTensor is float32 [n, dim].
func (m *Model) pointsTensor(points [][]float64) (*tensors.Tensor, error) {
	if len(points) == 0 {
		return nil, fmt.Errorf("there are no points")
	}
	for i, point := range points {
		if len(point) != m.Dim() {
			return nil, fmt.Errorf("points[%d] has %d coordinates, the model was trained with %d", i, len(point), m.Dim())
		}
	}
	x := tensors.FromShape(shapes.Make(dtypes.Float32, len(points), m.Dim()))
	tensors.MustMutableFlatData(x, func(flat []float32) {
		for i, point := range points {
			for j, coordinate := range point {
				flat[i*m.Dim()+j] = float32(coordinate)
			}
		}
	})
	return x, nil
}

// step builds x_r from x_t. x is [n, dim], t and r are scalars.
func (m *Model) step(scope *model.Scope, x, t, r *Node) *Node {
	n := x.Shape().Dim(0)
	column := func(scalar *Node) *Node { return BroadcastToDims(scalar, n, 1) }
	to := r
	if !m.Average() {
		to = t
	}
	u := m.net(scope, x, column(t), column(to))
	return Sub(x, Mul(Sub(t, r), u))
}

// integrate builds the loop over the steps, from noise [n, dim] to points [n, dim]. Its inputs are the
// noise, the number 0 and the number of steps.
func (m *Model) integrate(scope *model.Scope, inputs []*Node) *Node {
	noise, zero, steps := inputs[0], inputs[1], inputs[2]
	points := loop(scope, zero, steps, noise, func(i, steps, x *Node) *Node {
		t, r := timesOfStep(i, steps)
		return m.step(scope, x, t, r)
	})
	return ConvertDType(points, dtypes.Float64)
}

// integrateKeepingStates builds the same loop on states [steps+1, n, dim]. The newest state is the last
// entry, at first the noise, and each step shifts the others forward by one.
func (m *Model) integrateKeepingStates(scope *model.Scope, inputs []*Node) *Node {
	states, zero, steps := inputs[0], inputs[1], inputs[2]
	states = loop(scope, zero, steps, states, func(i, steps, states *Node) *Node {
		newest := Slice(states, AxisElem(-1))
		t, r := timesOfStep(i, steps)
		x := m.step(scope, Squeeze(newest, 0), t, r)
		return Concatenate([]*Node{Slice(states, AxisRangeToEnd(1)), ExpandDims(x, 0)}, 0)
	})
	return ConvertDType(states, dtypes.Float64)
}

// timesOfStep builds the times that step i of so many goes from and to: 1 - i/steps, 1 - (i+1)/steps.
func timesOfStep(i, steps *Node) (t, r *Node) {
	time := func(i *Node) *Node {
		return Div(ConvertDType(Sub(steps, i), dtypes.Float32), ConvertDType(steps, dtypes.Float32))
	}
	return time(i), time(OnePlus(i))
}

// evaluate builds u(x, t, r), with scalars t and r.
func (m *Model) evaluate(scope *model.Scope, inputs []*Node) *Node {
	x, t, r := inputs[0], inputs[1], inputs[2]
	n := x.Shape().Dim(0)
	return ConvertDType(m.net(scope, x, BroadcastToDims(t, n, 1), BroadcastToDims(r, n, 1)), dtypes.Float64)
}
