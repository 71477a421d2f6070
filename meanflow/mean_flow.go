package meanflow

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// MeanFlow regresses the network on the average velocity over [r, t], as the MeanFlow identity
// gives it (Geng et al., arXiv 2505.13447, eq. 6 and 10, algorithm 1):
//
//	u    = v - (t - r)·du/dt,  du/dt = v·∂u/∂x + ∂u/∂t,  v = noise - data
//	loss = E ‖u(x_t, t, r) - stopgrad(v - (t - r)·du/dt)‖² / dim
//
// du/dt is the Jacobian-vector product of u(x, t, r) with the tangent (v, 1, 0). With r = t the
// loss is that of [FlowMatching]. The zero value is the tutorial's objective.
type MeanFlow struct {
	// Times draws t and r. The zero value stands for [UniformTimes].
	Times TimeSampler
	// FlowRatio is the share of examples with r = t, from 0 to 1. (The paper's ratio is the share
	// with r ≠ t, 1 - FlowRatio.)
	FlowRatio float64
	Weight    AdaptiveWeight // Weights each example.
}

// Name is "mean flow".
func (MeanFlow) Name() string { return "mean flow" }

// PredictsAverage is true.
func (MeanFlow) PredictsAverage() bool { return true }

// String returns the name and the parameters.
func (o MeanFlow) String() string { return o.describe(o.Name()) }

// describe returns a name with the parameters.
func (o MeanFlow) describe(name string) string {
	return fmt.Sprintf("%s (times %s, flow ratio %v, weight %s)",
		name, o.times().Name, o.FlowRatio, o.Weight)
}

// TimeSampler is Times, with r = t in a share FlowRatio of the examples.
func (o MeanFlow) TimeSampler() TimeSampler { return WithEqualTimes(o.times(), o.FlowRatio) }

func (o MeanFlow) times() TimeSampler {
	if o.Times.Draw == nil {
		return UniformTimes()
	}
	return o.Times
}

// Loss builds the scalar loss above, and the scalar mean squared error.
func (o MeanFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	return o.loss(u, batch, batch.Velocity())
}

// loss builds the loss with du/dt in the direction in which x changes with the velocity tangent.
func (o MeanFlow) loss(u Velocity, batch Batch, tangent *Node) (loss, squaredError *Node) {
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	prediction, dudt := JVP(
		func(primals []*Node) *Node { return u(primals[0], primals[1], primals[2]) },
		[]*Node{x, t, r},
		[]*Node{tangent, OnesLike(t), ZerosLike(r)},
	)
	target := Sub(v, Mul(Sub(t, r), dudt))
	// Without the stop-gradient, the training would also change the target, and end in bad minima.
	return o.Weight.Loss(prediction, StopGradient(target), batch.Progress)
}
