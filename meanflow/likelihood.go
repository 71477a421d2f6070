package meanflow

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// LogLikelihood is the logarithm of the density that the flow gives to each of the points [n][dim]. A point goes along
// the velocity u(x, t, t) to the noise, where the density is the normal one, and what the flow is compressed by on the
// way is its divergence (R. Chen et al., arXiv 1806.07366, theorem 1):
//
//	ln p(x_0) = ln N(x_1; 0, 1) + ∫ ∇·v(x_t, t) dt from 0 to 1,  dx_t/dt = v(x_t, t) = u(x_t, t, t)
//
// by so many steps of [RungeKutta4], with the exact divergence: a [JVP] for each dimension.
//
// The steps have to be many, 100 say. An average velocity leads from t to r in one step, but what it would say of the
// density there is the density of one step's samples, in which the derivatives of the network's errors count: it is
// nonsense for a trained network, also where the samples are good. So this does not use it, and follows the velocity.
func (m *Model) LogLikelihood(points [][]float64, steps int) ([]float64, error) {
	values, err := m.logLikelihood(points, steps)
	if err != nil {
		return nil, fmt.Errorf("meanflow: LogLikelihood: %w", err)
	}
	return values, nil
}

func (m *Model) logLikelihood(points [][]float64, steps int) ([]float64, error) {
	if steps < 1 || steps > maxSteps {
		return nil, fmt.Errorf("the number of steps is %d, it must be from 1 to %d", steps, maxSteps)
	}
	flat, err := m.flat(points)
	if err != nil {
		return nil, err
	}
	loop, err := newLoop(m, m.generatingScope(), func(i *Node, state []*Node) []*Node {
		time := func(i *Node) *Node { return DivScalar(ConvertDType(i, dtypes.Float32), float64(steps)) }
		return RungeKutta4.tableau.step(state, time(i), time(OnePlus(i)), func(state []*Node, t *Node) []*Node {
			velocity, divergence := m.velocityAndDivergence(state[0], t)
			return []*Node{velocity, divergence}
		})
	})
	if err != nil {
		return nil, err
	}
	defer loop.Finalize()
	loop.SetMaxCache(-1)
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var values []float64
	err = m.inChunks(flat, func(x *tensors.Tensor) (*tensors.Tensor, error) {
		state, err := loop.run(0, steps, x, tensors.FromShape(shapes.Make(dtypes.Float32, x.Shape().Dim(0), 1)))
		if err != nil {
			return nil, err
		}
		noise, compression := tensors.MustCopyFlatData[float32](state[0]), tensors.MustCopyFlatData[float32](state[1])
		for i, logarithm := range compression {
			value := float64(logarithm) - float64(m.Dim())/2*math.Log(2*math.Pi)
			for _, z := range noise[i*m.Dim() : (i+1)*m.Dim()] {
				value -= float64(z) * float64(z) / 2
			}
			values = append(values, value)
		}
		return state[0], state[1].FinalizeAll()
	})
	return values[:min(len(points), len(values))], err
}

// velocityAndDivergence builds the velocity [n, dim] at the points x and the scalar time t, and its divergence, [n, 1].
func (m *Model) velocityAndDivergence(x, t *Node) (velocity, divergence *Node) {
	for k := range m.Dim() {
		axis := OneHot(BroadcastToDims(Const(x.Graph(), int32(k)), x.Shape().Dim(0)), m.Dim(), x.DType())
		value, derivative := JVP(func(primals []*Node) *Node { return m.velocity(primals[0], t, t) }, []*Node{x}, []*Node{axis})
		part := ReduceAndKeep(Mul(derivative, axis), ReduceSum, -1)
		if k == 0 {
			velocity, divergence = value, part
		} else {
			divergence = Add(divergence, part)
		}
	}
	return velocity, divergence
}
