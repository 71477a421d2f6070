package meanflow

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// AlphaFlow regresses the network on the velocity for the first share α of the way from t to r, and
// on the network's own prediction for the rest (H. Zhang et al., "AlphaFlow", arXiv 2510.20771,
// section 4):
//
//	s    = t - α·(t - r),  x_s = x_t - (t - s)·v,  v = noise - data
//	Δ    = u(x_t, t, r) - stopgrad(α·v + (1 - α)·u(x_s, s, r))
//	loss = E ‖Δ‖² / (α·dim)
//
// With α = 1 the target is v alone. As α goes to 0, the gradient becomes that of [MeanFlow],
// without a derivative of the network. The paper lowers α from 1 to 0 during the training. The
// adaptive weight is computed from Δ/α, which becomes MeanFlow's error; the paper computes it from
// Δ.
//
// SoFlow (T. Luo et al., arXiv 2512.15657) is the same loss, written for the solution function f,
// with α = (t - s)/(t - r):
//
//	f(x, t, r) = x - (t - r)·u(x, t, r)
//	‖Δ‖²/α     = ‖f(x_t, t, r) - stopgrad(f(x_s, s, r))‖² / ((t - s)·(t - r))
//
// Its adaptive weight, too, is computed from Δ/α. Its code for images lowers α exponentially from
// 0.1 to 0.002, with a FlowRatio of 0.75, a Power of 1 and an Offset of 0.01·dim, and halves the
// gradients where r < t.
//
// With r = 0 ([TimesToZero]) the method is consistency training (Y. Song et al., arXiv 2303.01469,
// section 5), which regresses x_t - t·u(x_t, t, 0) on x_s - s·u(x_s, s, 0). Sampling such a model
// in several steps needs SampleOptions.Renoise.
type AlphaFlow struct {
	MeanFlow
	// Alpha gives α at the training's progress, clipped to [0.005, 1]. The zero value stands for
	// [SigmoidDecay].
	Alpha Schedule
}

// Name is "alpha flow".
func (AlphaFlow) Name() string { return "alpha flow" }

// String returns the name and the parameters.
func (o AlphaFlow) String() string {
	return fmt.Sprintf("%s, alpha %s", o.describe(o.Name()), o.alpha())
}

func (o AlphaFlow) alpha() Schedule {
	if o.Alpha.Factor == nil {
		return SigmoidDecay()
	}
	return o.Alpha
}

// Loss builds the scalar loss above, and the scalar mean of ‖Δ‖²/(α·dim) without weights.
func (o AlphaFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	// The paper switches to MeanFlow's loss below the same bound.
	alpha := ClipScalar(ConvertDType(o.alpha().Factor(batch.Progress), x.DType()), 0.005, 1)
	part := Mul(alpha, Sub(t, r))
	rest := u(Sub(x, Mul(part, v)), Sub(t, part), r)
	target := Add(Mul(alpha, v), Mul(OneMinus(alpha), rest))
	loss, squaredError = o.Weight.Loss(Div(u(x, t, r), alpha), StopGradient(Div(target, alpha)),
		batch.Progress)
	if loss == squaredError {
		loss = Mul(alpha, loss)
		return loss, loss
	}
	return Mul(alpha, loss), Mul(alpha, squaredError)
}
