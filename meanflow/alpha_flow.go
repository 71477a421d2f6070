package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// AlphaFlow regresses the network on the velocity for a first part α of the way from t to r and on what it says itself
// of the rest (H. Zhang et al., "AlphaFlow", arXiv 2510.20771, section 4):
//
//	s      = t - α·(t - r),  x_s = x_t - (t - s)·v,  v = noise - data
//	Δ      = u(x_t, t, r) - stopgrad(α·v + (1 - α)·u(x_s, s, r))
//	loss   = E ‖Δ‖² / (α·dim)
//
// With α = 1 that regresses u on v alone, and as α goes to 0 the gradient becomes that of [MeanFlow], without a
// derivative of the network. The paper goes from the one to the other. The adaptive weight is that of Δ/α, which is what
// MeanFlow's error becomes, where the paper has that of Δ.
//
// With r = 0 ([ToData]) it is consistency training (Y. Song et al., arXiv 2303.01469, section 5): x_t - t·u(x_t, t, 0) is
// regressed on x_s - s·u(x_s, s, 0). Then samples in several steps want Sampling.Renoise.
type AlphaFlow struct {
	MeanFlow
	Alpha Schedule // α at the training's progress, taken as at least 0.005: [FallingSigmoid] if nil.
}

func (AlphaFlow) Name() string { return "alpha flow" }

func (o AlphaFlow) Loss(u Velocity, batch Batch) *Node {
	schedule := o.Alpha
	if schedule == nil {
		schedule = FallingSigmoid
	}
	x, t, r, v := batch.Interpolant(), batch.T, batch.R, batch.Velocity()
	// The paper's bound, below which it takes MeanFlow's loss instead.
	alpha := ClipScalar(ConvertDType(schedule(batch.Progress), x.DType()), 0.005, 1)
	way := Mul(alpha, Sub(t, r))
	rest := u(Sub(x, Mul(way, v)), Sub(t, way), r)
	target := Add(Mul(alpha, v), Mul(OneMinus(alpha), rest))
	return Mul(alpha, o.Weight.Loss(Div(u(x, t, r), alpha), StopGradient(Div(target, alpha)), batch.Progress))
}
