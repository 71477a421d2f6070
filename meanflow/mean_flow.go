package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// MeanFlow regresses the network on the average velocity over [r, t], which it knows through the
// MeanFlow identity (Geng et al., arXiv 2505.13447, eq. 6 and 10, algorithm 1):
//
//	u      = v - (t - r)·du/dt,  du/dt = v·∂u/∂x + ∂u/∂t
//	loss   = E ‖u(x_t, t, r) - stopgrad(v - (t - r)·du/dt)‖² / dim,  v = noise - data
//
// du/dt is the Jacobian-vector product of u(x, t, r) with the tangent (v, 1, 0). With r = t the loss
// is that of [FlowMatching].
type MeanFlow struct{}

func (MeanFlow) Name() string       { return "mean flow" }
func (MeanFlow) Average() bool      { return true }
func (MeanFlow) Times() TimeSampler { return UniformTimes }

func (MeanFlow) Loss(u Velocity, batch Batch) *Node {
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	prediction, dudt := JVP(
		func(primals []*Node) *Node { return u(primals[0], primals[1], primals[2]) },
		[]*Node{x, t, r},
		[]*Node{v, OnesLike(t), ZerosLike(r)})
	target := Sub(v, Mul(Sub(t, r), dudt))
	// Without the stop-gradient the network would chase a target that it moves itself: training
	// becomes unstable and ends in very bad minima.
	return MeanSquaredError(prediction, StopGradient(target))
}
