package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// SplitMeanFlow regresses the network on what it says itself of the two halves of an interval (Y. Guo et al.,
// "SplitMeanFlow", arXiv 2507.16884): the way from t to r is the way to the middle, s, and from there.
//
//	s      = (t + r)/2,  x_s = x_t - (t - s)·u(x_t, t, s)
//	loss   = E ‖u(x_t, t, r) - stopgrad(u(x_t, t, s) + u(x_s, s, r))/2‖² / dim  where r < t
//	loss   = E ‖u(x_t, t, t) - v‖² / dim  where r = t,  v = noise - data
//
// There is no derivative in it, and the noise of v only where r = t, from which all is learned: without a share of such
// examples, Equal, it learns nothing. (The paper draws s. With the middle, and times from a grid of powers of two, this
// is the shortcut model, K. Frans et al., arXiv 2410.12557.)
type SplitMeanFlow struct{ MeanFlow }

func (SplitMeanFlow) Name() string { return "split mean flow" }

func (o SplitMeanFlow) Loss(u Velocity, batch Batch) *Node {
	x, t, r := batch.Interpolant(), batch.T, batch.R
	s := MulScalar(Add(t, r), 0.5)
	first := u(x, t, s)
	second := u(Sub(x, Mul(Sub(t, s), first)), s, r)
	halves := MulScalar(Add(first, second), 0.5)
	isEqual := BroadcastToShape(Equal(t, r), x.Shape())
	target := Where(isEqual, batch.Velocity(), halves)
	return o.Weight.Loss(u(x, t, r), StopGradient(target), batch.Progress)
}
