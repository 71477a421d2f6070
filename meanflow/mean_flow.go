package meanflow

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// MeanFlow regresses the network on the average velocity over [r, t], which it knows through the
// MeanFlow identity (Geng et al., arXiv 2505.13447, eq. 6 and 10, algorithm 1):
//
//	u    = v - (t - r)·du/dt,  du/dt = v·∂u/∂x + ∂u/∂t,  v = noise - data
//	loss = E ‖u(x_t, t, r) - stopgrad(v - (t - r)·du/dt)‖² / dim
//
// du/dt is the Jacobian-vector product of u(x, t, r) with the tangent (v, 1, 0). With r = t the
// loss is that of [FlowMatching]. The zero value is the tutorial's.
type MeanFlow struct {
	// Times draws t and r, as [UniformTimes] does if it is the zero value.
	Times TimeSampler
	// FlowRatio is the share of examples with r = t, from 0 to 1. (The paper's ratio is that of r ≠
	// t, 1 - FlowRatio.)
	FlowRatio float64
	Weight    AdaptiveWeight // Of each example.
}

// Name is "mean flow".
func (MeanFlow) Name() string { return "mean flow" }

// PredictsAverage is true.
func (MeanFlow) PredictsAverage() bool { return true }

// String tells the parameters.
func (o MeanFlow) String() string { return o.describe(o.Name()) }

func (o MeanFlow) describe(name string) string {
	return fmt.Sprintf("%s (times %s, weight %s)", name, o.TimeSampler().Name, o.Weight)
}

// TimeSampler is Times, with r = t in a share FlowRatio of the examples.
func (o MeanFlow) TimeSampler() TimeSampler {
	times := o.Times
	if times.Draw == nil {
		times = UniformTimes()
	}
	return WithEqualTimes(times, o.FlowRatio)
}

// Loss builds the loss above, a scalar, and the mean squared error.
func (o MeanFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	return o.loss(u, batch, batch.Velocity())
}

// loss moves x with the velocity tangent in du/dt.
func (o MeanFlow) loss(u Velocity, batch Batch, tangent *Node) (loss, squaredError *Node) {
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	prediction, dudt := JVP(
		func(primals []*Node) *Node { return u(primals[0], primals[1], primals[2]) },
		[]*Node{x, t, r},
		[]*Node{tangent, OnesLike(t), ZerosLike(r)})
	target := Sub(v, Mul(Sub(t, r), dudt))
	// Without the stop-gradient the network would chase a target that it moves itself, and end in
	// very bad minima.
	return o.Weight.Loss(prediction, StopGradient(target), batch.Progress)
}
