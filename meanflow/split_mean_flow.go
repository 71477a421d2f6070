package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// SplitMeanFlow regresses the network on the mean of its own predictions for the two halves of an
// interval, from t to the middle s and from s to r (Y. Guo et al., "SplitMeanFlow", arXiv
// 2507.16884):
//
//	s    = (t + r)/2,  x_s = x_t - (t - s)·u(x_t, t, s)
//	loss = E ‖u(x_t, t, r) - stopgrad(u(x_t, t, s) + u(x_s, s, r))/2‖² / dim  where r < t
//	loss = E ‖u(x_t, t, t) - v‖² / dim  where r = t,  v = noise - data
//
// It needs no derivative of the network. The sample's velocity v enters only where r = t, so the
// network learns nothing unless FlowRatio is above 0. (The paper draws s at random. With the middle
// the method is also the progressive self-distillation of N. Boffi et al., arXiv 2505.18825, and
// with times from a grid of powers of two that of shortcut models, K. Frans et al., arXiv
// 2410.12557.)
type SplitMeanFlow struct{ MeanFlow }

// Name is "split mean flow".
func (SplitMeanFlow) Name() string { return "split mean flow" }

// String returns the name and the parameters.
func (o SplitMeanFlow) String() string { return o.describe(o.Name()) }

// Loss builds the scalar loss above, and the scalar mean squared error.
func (o SplitMeanFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	x, t, r := batch.Interpolant(), batch.T, batch.R
	s := MulScalar(Add(t, r), 0.5)
	first := u(x, t, s)
	second := u(Sub(x, Mul(Sub(t, s), first)), s, r)
	halves := MulScalar(Add(first, second), 0.5)
	isEqual := BroadcastToShape(Equal(t, r), x.Shape())
	target := Where(isEqual, batch.Velocity(), halves)
	return o.Weight.Loss(u(x, t, r), StopGradient(target), batch.Progress)
}
