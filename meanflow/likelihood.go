package meanflow

import (
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// LogLikelihood returns the logarithm, in nats, of the density that the flow gives to each of the
// points [n][dim], as [n]. It follows the velocity u(x, t, t) from a point to the noise, whose
// density is standard normal, and integrates the divergence of the velocity on the way (R. Chen et
// al., arXiv 1806.07366, theorem 1):
//
//	ln p(x_0) = ln N(x_1; 0, 1) + ∫ ∇·v(x_t, t) dt from 0 to 1
//	dx_t/dt   = v(x_t, t) = u(x_t, t, t)
//
// LogLikelihood takes the given number of steps of [RK4], from 1 to 1,000,000, with the exact
// divergence, which costs a [JVP] for each dimension. Use many steps, for instance 100. (One step
// along the average velocity would give the density of samples in one step. That density depends on
// the derivatives of the network's errors, which are large even if the samples are good.)
func (m *Model) LogLikelihood(points [][]float64, steps int) ([]float64, error) {
	values, err := m.logLikelihood(points, steps)
	if err != nil {
		return nil, fmt.Errorf("meanflow: LogLikelihood: %w", err)
	}
	return values, nil
}

func (m *Model) logLikelihood(points [][]float64, steps int) ([]float64, error) {
	if steps < 1 || steps > maxSteps {
		return nil, fmt.Errorf("the number of steps is %d, it must be from 1 to %d",
			steps, maxSteps)
	}
	if k := m.meta.Units.constant(); k >= 0 {
		return nil, fmt.Errorf("coordinate %d is %v in all of the data, so points have no density: "+
			"train without that column", k, m.meta.Units.Points[k].ToUser(0))
	}
	points, beyond := m.splitBeyond(points)
	flat, err := m.toNetwork("points", points)
	if err != nil {
		return nil, err
	}
	starts := slices.Clone(flat)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.compiled.likelihood == nil {
		if m.compiled.likelihood, err = m.newLoop(m.likelihoodStep); err != nil {
			return nil, err
		}
	}
	var values []float64
	err = m.inChunks(flat, func(x *tensors.Tensor) (*tensors.Tensor, error) {
		begin := tensors.FromShape(shapes.Make(dtypes.Float32, x.Shape().Dim(0), 1))
		state, err := m.compiled.likelihood.Run(0, steps, x, begin, float32(steps))
		if err != nil {
			return nil, err
		}
		noise := tensors.MustCopyFlatData[float32](state[0])
		for i, logarithm := range tensors.MustCopyFlatData[float32](state[1]) {
			value := float64(logarithm) - float64(m.Dim())/2*math.Log(2*math.Pi)
			for _, z := range noise[i*m.Dim() : (i+1)*m.Dim()] {
				value -= float64(z) * float64(z) / 2
			}
			values = append(values, value)
		}
		for _, tensor := range append(state[1:], begin) {
			if err := tensor.FinalizeAll(); err != nil {
				return nil, err
			}
		}
		return state[0], nil
	})
	if err != nil {
		return nil, err
	}
	values = values[:len(points)] // inChunks pads the last chunk.
	for i := range values {
		values[i] -= m.logSlopes(starts[i*m.Dim() : (i+1)*m.Dim()])
	}
	for _, i := range beyond {
		values[i] = math.Inf(-1)
	}
	return values, nil
}

// splitBeyond returns the indices of the points [n][dim] with a density of 0, and a copy of points
// that has other points in their place.
func (m *Model) splitBeyond(points [][]float64) (within [][]float64, beyond []int) {
	within = slices.Clone(points)
	for i, point := range points {
		if m.isBeyond(point) {
			within[i] = m.toUser(make([]float32, m.Dim()))[0]
			beyond = append(beyond, i)
		}
	}
	return within, beyond
}

// likelihoodStep builds step i from the data to the noise. The state is the points [n, dim], the
// integral of the divergence [n, 1], and the number of steps, a float32 scalar.
func (m *Model) likelihoodStep(i *Node, state []*Node) []*Node {
	steps := state[2]
	time := func(i *Node) *Node { return Div(ConvertDType(i, dtypes.Float32), steps) }
	slopes := func(state []*Node, t *Node) []*Node {
		velocity, divergence := m.velocityAndDivergence(state[0], t)
		return []*Node{velocity, divergence}
	}
	next := RK4.tableau().step(state[:2], time(i), time(OnePlus(i)), slopes)
	return append(next, steps)
}

// velocityAndDivergence builds the unconditional velocity [n, dim] at points x [n, dim] and a
// scalar time t, and its divergence [n, 1].
func (m *Model) velocityAndDivergence(x, t *Node) (velocity, divergence *Node) {
	v := func(primals []*Node) *Node { return m.unconditional(primals[0], t, t) }
	for k := range m.Dim() {
		index := BroadcastToDims(Const(x.Graph(), int32(k)), x.Shape().Dim(0))
		axis := OneHot(index, m.Dim(), x.DType())
		value, derivative := JVP(v, []*Node{x}, []*Node{axis})
		part := ReduceAndKeep(Mul(derivative, axis), ReduceSum, -1)
		if k == 0 {
			velocity, divergence = value, part
		} else {
			divergence = Add(divergence, part)
		}
	}
	return velocity, divergence
}
