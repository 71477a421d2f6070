package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Method is a step from t to r. The zero value is the model's own, which [Model.Sample] makes: the jump along the
// average velocity u(x, t, r), or Euler's for a model of flow matching. The others follow the velocity u(x, t, t), which
// every model has, and need several evaluations of the network for a step.
type Method struct{ tableau *tableau }

// Explicit Runge-Kutta methods (E. Hairer, S. Nørsett and G. Wanner, "Solving ordinary differential equations I", section
// II.1). With steps of the length h their error in all goes with h to the power of their order.
var (
	Euler       = Method{&tableau{[]float64{0}, []float64{1}}}                                           // One evaluation, order 1.
	Midpoint    = Method{&tableau{[]float64{0, 0.5}, []float64{0, 1}}}                                   // Two, order 2.
	Heun        = Method{&tableau{[]float64{0, 1}, []float64{0.5, 0.5}}}                                 // Two, order 2.
	RungeKutta4 = Method{&tableau{[]float64{0, 0.5, 0.5, 1}, []float64{1. / 6, 1. / 3, 1. / 3, 1. / 6}}} // Four, order 4.
)

// tableau is how a method combines slopes: stage i is evaluated at the time at[i] of a step (from 0 to 1) and at the
// point that all of at[i] along the slope of the stage before leads to, and the step is along the sum of the slopes
// times their weights.
type tableau struct{ at, weights []float64 }

// step builds the points [n, dim] at the scalar time r that the method comes to from x at t along u, which is average
// velocities or (false) the velocity.
func (method Method) step(u Velocity, average bool, x, t, r *Node) *Node {
	if method.tableau == nil {
		to := r
		if !average {
			to = t
		}
		return Sub(x, Mul(Sub(t, r), u(x, t, to)))
	}
	return method.tableau.step([]*Node{x}, t, r, func(state []*Node, t *Node) []*Node {
		return []*Node{u(state[0], t, t)}
	})[0]
}

// step builds the state at r that the slopes lead to from the state at t.
func (b *tableau) step(state []*Node, t, r *Node, slopes func(state []*Node, t *Node) []*Node) []*Node {
	length := Sub(r, t)
	along := func(slopes []*Node, share float64) []*Node {
		moved := make([]*Node, len(state))
		for k := range state {
			moved[k] = Add(state[k], MulScalar(Mul(slopes[k], length), share))
		}
		return moved
	}
	sum := make([]*Node, len(state))
	var slope []*Node
	for i, at := range b.at {
		from := state
		if at > 0 {
			from = along(slope, at)
		}
		slope = slopes(from, Add(t, MulScalar(length, at)))
		for k := range sum {
			if part := MulScalar(slope[k], b.weights[i]); sum[k] == nil {
				sum[k] = part
			} else {
				sum[k] = Add(sum[k], part)
			}
		}
	}
	return along(sum, 1)
}
