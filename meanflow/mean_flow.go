package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// MeanFlow regresses the network on the average velocity over [r, t], which it knows through the
// MeanFlow identity (Geng et al., arXiv 2505.13447, eq. 6 and 10, algorithm 1):
//
//	u      = v - (t - r)·du/dt,  du/dt = v·∂u/∂x + ∂u/∂t
//	loss   = E ‖u(x_t, t, r) - stopgrad(v - (t - r)·du/dt)‖² / dim,  v = noise - data
//
// du/dt is the Jacobian-vector product of u(x, t, r) with the tangent (v, 1, 0). With r = t the loss
// is that of [FlowMatching]. The zero value is the tutorial's.
type MeanFlow struct {
	Sampler TimeSampler    // Draws t and r, [UniformTimes] if nil.
	Equal   float64        // The share of the examples that have r = t instead, from 0 to 1.
	Weight  AdaptiveWeight // Of the examples.
}

func (MeanFlow) Name() string  { return "mean flow" }
func (MeanFlow) Average() bool { return true }

func (o MeanFlow) Times() TimeSampler {
	sampler := o.Sampler
	if sampler == nil {
		sampler = UniformTimes
	}
	return WithEqualTimes(sampler, o.Equal)
}

func (o MeanFlow) Loss(u Velocity, batch Batch) *Node {
	return o.loss(u, batch, batch.Velocity())
}

// loss is given the velocity of x in du/dt.
func (o MeanFlow) loss(u Velocity, batch Batch, tangent *Node) *Node {
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	prediction, dudt := JVP(
		func(primals []*Node) *Node { return u(primals[0], primals[1], primals[2]) },
		[]*Node{x, t, r},
		[]*Node{tangent, OnesLike(t), ZerosLike(r)})
	target := Sub(v, Mul(Sub(t, r), dudt))
	// Without the stop-gradient the network would chase a target that it moves itself: training
	// becomes unstable and ends in very bad minima.
	return o.Weight.Loss(prediction, StopGradient(target), batch.Progress)
}
