package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Solver is a method to step from a time t to a time r.
type Solver int

// The solvers. Jump is the step of [Model.Sample]. The others are explicit Runge-Kutta methods (E.
// Hairer, S. Nørsett and G. Wanner, "Solving ordinary differential equations I", section II.1),
// which follow the velocity u(x, t, t) of any model. With steps of length h, the global error of a
// method is O(h^order). The number of evaluations of the network is per step.
const (
	// Jump steps along the average velocity u(x, t, r), or takes Euler's step for flow matching. 1
	// evaluation.
	Jump     Solver = iota
	Euler           // Order 1, 1 evaluation.
	Midpoint        // Order 2, 2 evaluations.
	Heun            // Order 2, 2 evaluations.
	RK4             // Order 4, 4 evaluations.
	numSolvers
)

// tableau has the coefficients of a Runge-Kutta method. Stage i evaluates the slope at the share
// at[i] of the step, at the point that the slope of the previous stage leads to. The step follows
// the weighted sum of the slopes.
type tableau struct{ at, weights []float64 }

// tableau returns the coefficients of a solver other than Jump.
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

// step builds the points [n, dim] that the solver reaches at the scalar time r from x [n, dim] at
// the scalar time t. u gives average velocities if predictsAverage is true, and velocities
// otherwise.
func (s Solver) step(u Velocity, predictsAverage bool, x, t, r *Node) *Node {
	if s == Jump {
		to := r
		if !predictsAverage {
			to = t
		}
		return Sub(x, Mul(Sub(t, r), u(x, t, to)))
	}
	return s.tableau().step(x, t, r, func(x, t *Node) *Node { return u(x, t, t) })
}

// step builds the points at the time r from points x at the time t. slope builds dx/dt at points
// and a time.
func (b tableau) step(x, t, r *Node, slope func(x, t *Node) *Node) *Node {
	length := Sub(r, t)
	along := func(slope *Node, share float64) *Node {
		return Add(x, MulScalar(Mul(slope, length), share))
	}
	var sum, last *Node // The weighted sum of the slopes, and the last slope.
	for i, at := range b.at {
		from := x
		if at > 0 {
			from = along(last, at)
		}
		last = slope(from, Add(t, MulScalar(length, at)))
		if part := MulScalar(last, b.weights[i]); sum == nil {
			sum = part
		} else {
			sum = Add(sum, part)
		}
	}
	return along(sum, 1)
}
