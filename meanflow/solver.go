package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Solver is a step from t to r.
type Solver int

// The solvers. Jump is the step of [Model.Sample]; the others are explicit Runge-Kutta methods (E.
// Hairer, S. Nørsett and G. Wanner, "Solving ordinary differential equations I", section II.1),
// which follow the velocity u(x, t, t), as every model has it. With steps of length h, the global
// error of a method of the given order is O(h^order).
const (
	// Along the average velocity u(x, t, r), or Euler's step for flow matching. 1 evaluation.
	Jump     Solver = iota
	Euler           // Order 1, 1 evaluation.
	Midpoint        // Order 2, 2 evaluations.
	Heun            // Order 2, 2 evaluations.
	RK4             // Order 4, 4 evaluations.
	numSolvers
)

// tableau has a method's stages. Stage i is evaluated at the share at[i] of the step, at the point
// that the slope of the stage before leads to. The step is along the sum of the slopes times their
// weights.
type tableau struct{ at, weights []float64 }

func (s Solver) tableau() tableau {
	switch s {
	case Euler:
		return tableau{[]float64{0}, []float64{1}}
	case Midpoint:
		return tableau{[]float64{0, 0.5}, []float64{0, 1}}
	case Heun:
		return tableau{[]float64{0, 1}, []float64{0.5, 0.5}}
	default:
		return tableau{[]float64{0, 0.5, 0.5, 1}, []float64{1. / 6, 1. / 3, 1. / 3, 1. / 6}}
	}
}

// step builds the points [n, dim] at the scalar time r that the solver reaches from x at t along u,
// which is average velocities or (false) the velocity.
func (s Solver) step(u Velocity, predictsAverage bool, x, t, r *Node) *Node {
	if s == Jump {
		to := r
		if !predictsAverage {
			to = t
		}
		return Sub(x, Mul(Sub(t, r), u(x, t, to)))
	}
	return s.tableau().step([]*Node{x}, t, r, func(state []*Node, t *Node) []*Node {
		return []*Node{u(state[0], t, t)}
	})[0]
}

// step builds the state at r that the slopes lead to from the state at t.
func (b tableau) step(state []*Node, t, r *Node,
	slopes func(state []*Node, t *Node) []*Node) []*Node {
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
