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
//
// The density is per unit of volume in the units of the points. If Data was scaled by quantiles,
// the density is 0 beyond them, and its logarithm -Inf; it is infinite at a value that many points
// share, and its logarithm +Inf. It is an error to ask for the density if a coordinate is constant
// in the data, and a [OneStepError] for a model of [Drifting], which has no velocities.
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
	if m.meta.OneStep {
		return nil, m.oneStepError("the likelihood needs the velocity at all times")
	}
	if k := m.meta.Units.constant(); k >= 0 {
		return nil, fmt.Errorf("coordinate %d is %v in all of the data, so points have no "+
			"density: train without that column", k, m.meta.Units.Points[k].ToUser(0))
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
		if m.compiled.likelihood, err = m.newLoop(m.likelihoodPart); err != nil {
			return nil, err
		}
	}
	var values []float64
	err = m.inChunks(flat, func(x *tensors.Tensor) (*tensors.Tensor, error) {
		noise, divergence, err := m.toNoise(x, steps)
		if err != nil {
			return nil, err
		}
		z := tensors.MustCopyFlatData[float32](noise)
		for i, integral := range divergence {
			value := float64(integral) - float64(m.Dim())/2*math.Log(2*math.Pi)
			for _, z := range z[i*m.Dim() : (i+1)*m.Dim()] {
				value -= float64(z) * float64(z) / 2
			}
			values = append(values, value)
		}
		return noise, nil
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

// toNoise follows the velocity from points x [n, dim] to the noise [n, dim], and integrates its
// divergence on the way, [n].
func (m *Model) toNoise(
	x *tensors.Tensor, steps int,
) (noise *tensors.Tensor, divergence []float32, err error) {
	sum := tensors.FromShape(x.Shape())
	integral := tensors.FromShape(shapes.Make(dtypes.Float32, x.Shape().Dim(0), 1))
	state := []*tensors.Tensor{x, x, sum, integral}
	unused := []*tensors.Tensor{sum, integral} // After the next step.
	parts, _ := m.parts()
	for i := range steps {
		t, h := float32(i)/float32(steps), 1/float32(steps)
		next, err := m.compiled.likelihood.Run(
			0, parts*len(RK4.tableau().at), state[0], state[1], state[2], state[3], t, h)
		if err != nil {
			return nil, nil, err
		}
		if err := finalize(append(unused, next[4:]...)); err != nil {
			return nil, nil, err
		}
		state, unused = next[:4], next[:4]
	}
	divergence = tensors.MustCopyFlatData[float32](state[3])
	return state[0], divergence, finalize(state[1:])
}

// finalize frees tensors at once, without waiting for the garbage collector.
func finalize(tensors []*tensors.Tensor) error {
	for _, tensor := range tensors {
		if err := tensor.FinalizeAll(); err != nil {
			return err
		}
	}
	return nil
}

// maxAxes is how many coordinates a part of a step of LogLikelihood differentiates along at most.
// More share more of the network's evaluation, but take longer to compile.
const maxAxes = 8

// parts returns the number of parts of a stage of a step of LogLikelihood, and the number of
// coordinates that a part differentiates along.
func (m *Model) parts() (parts, axes int) {
	parts = (m.Dim() + maxAxes - 1) / maxAxes
	return parts, (m.Dim() + parts - 1) / parts
}

// likelihoodPart builds part i of a step of RK4 from the data to the noise. Each stage of the step
// has parts that add ∂v_k/∂x_k at the stage's points to the divergence, for up to maxAxes
// coordinates k each. So the size of the graph does not grow with the dimension.
//
// The state is the points x [n, dim] at the start of the step, the points of the stage [n, dim],
// the weighted sum of the velocities of the stages before [n, dim], the integral of the divergence
// [n, 1], and the scalars t and h, the time at the start and the length of the step.
func (m *Model) likelihoodPart(i *Node, state []*Node) []*Node {
	x, points, sum, integral, t, h := state[0], state[1], state[2], state[3], state[4], state[5]
	numParts, axes := m.parts()
	g, parts, rk4 := x.Graph(), Const(x.Graph(), int32(numParts)), RK4.tableau()
	part, stage := Rem(i, parts), Div(i, parts)
	of := func(coefficients []float64) *Node { // Those of the stage.
		return Gather(ConvertDType(Const(g, coefficients), x.DType()), ExpandAxes(stage, 0))
	}
	weight, time := of(rk4.weights), Add(t, Mul(of(rk4.at), h))
	first := Mul(part, Const(g, int32(axes)))
	velocity, divergence := m.velocityAndDivergence(points, time, first, axes)
	integral = Add(integral, Mul(divergence, Mul(weight, h)))

	newSum := Add(sum, Mul(velocity, weight))
	end := Add(x, Mul(newSum, h)) // Of the step, after its last stage.
	next := Add(x, Mul(velocity, Mul(of(append(rk4.at[1:], 0)), h)))
	isLast := Equal(stage, Const(g, int32(len(rk4.at)-1)))
	isWhole := Equal(OnePlus(part), parts) // The stage has all its parts.
	return []*Node{
		Where(And(isWhole, isLast), end, x),
		Where(isWhole, Where(isLast, end, next), points),
		Where(isWhole, Where(isLast, ZerosLike(sum), newSum), sum),
		integral, t, h,
	}
}

// velocityAndDivergence builds the unconditional velocity [n, dim] at points x [n, dim] and a
// scalar time t, and the part of its divergence [n, 1] that belongs to the given number of axes
// from first on, an int32 scalar.
func (m *Model) velocityAndDivergence(
	x, t, first *Node, axes int,
) (velocity, divergence *Node) {
	v := func(primals []*Node) *Node { return m.unconditional(primals[0], t, t) }
	for k := range axes {
		index := BroadcastToDims(AddScalar(first, k), x.Shape().Dim(0))
		axis := OneHot(index, m.Dim(), x.DType()) // Zeros beyond the last coordinate.
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
