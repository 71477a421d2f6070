package meanflow

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// LogLikelihood is the logarithm, in nats, of the density that the flow gives to each of the points
// [n][dim], [n]. A point follows the velocity u(x, t, t) to the noise, where the density is the
// normal one; the flow's divergence on the way says how much it compresses (R. Chen et al., arXiv
// 1806.07366, theorem 1):
//
//	ln p(x_0) = ln N(x_1; 0, 1) + ∫ ∇·v(x_t, t) dt from 0 to 1
//	dx_t/dt   = v(x_t, t) = u(x_t, t, t)
//
// It makes so many steps of [RK4] with the exact divergence, a [JVP] for each dimension. They have
// to be many, 100 for instance. An average velocity leads from t to r in one step, but the density
// that it would give is that of one step's samples, in which the derivatives of the network's
// errors count: it is nonsense for a trained network, also where the samples are good.
func (m *Model) LogLikelihood(points [][]float64, steps int) ([]float64, error) {
	values, err := m.logLikelihood(points, steps)
	if err != nil {
		return nil, fmt.Errorf("meanflow: LogLikelihood: %w", err)
	}
	return values, nil
}

func (m *Model) logLikelihood(points [][]float64, steps int) ([]float64, error) {
	if steps < 1 || steps > maxSteps {
		return nil, fmt.Errorf("the number of steps is %d, it must be from 1 to %d", steps,
			maxSteps)
	}
	flat, err := m.flat("points", points)
	if err != nil {
		return nil, err
	}
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
	return values[:min(len(points), len(values))], err
}

// likelihoodStep builds a step of the points [n, dim] and of the integral of the divergence [n, 1]
// from the data to the noise; the state's last part is the number of steps, a float32 scalar.
func (m *Model) likelihoodStep(i *Node, state []*Node) []*Node {
	steps := state[2]
	time := func(i *Node) *Node { return Div(ConvertDType(i, dtypes.Float32), steps) }
	slopes := func(state []*Node, t *Node) []*Node {
		velocity, divergence := m.velocityAndDivergence(state[0], t)
		return []*Node{velocity, divergence}
	}
	return append(RK4.tableau().step(state[:2], time(i), time(OnePlus(i)), slopes), steps)
}

// velocityAndDivergence builds the velocity [n, dim] at points x [n, dim] and the scalar time t,
// and its divergence, [n, 1].
func (m *Model) velocityAndDivergence(x, t *Node) (velocity, divergence *Node) {
	for k := range m.Dim() {
		axis := OneHot(BroadcastToDims(Const(x.Graph(), int32(k)), x.Shape().Dim(0)), m.Dim(),
			x.DType())
		value, derivative := JVP(func(primals []*Node) *Node { return m.ofAll(primals[0], t, t) },
			[]*Node{x}, []*Node{axis})
		part := ReduceAndKeep(Mul(derivative, axis), ReduceSum, -1)
		if k == 0 {
			velocity, divergence = value, part
		} else {
			divergence = Add(divergence, part)
		}
	}
	return velocity, divergence
}
