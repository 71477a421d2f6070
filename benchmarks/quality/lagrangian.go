package main

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/meanflow"
)

// lagrangian is Lagrangian self-distillation (N. Boffi et al., "How to build a consistency model",
// arXiv 2505.18825, with the stop-gradient of the authors' code). It follows the end X of the step
// from t to r as r changes, and regresses its velocity on the network's own velocity at X:
//
//	X    = x_t - (t - r)·u(x_t, t, r),  dX/dr = u(x_t, t, r) - (t - r)·∂u/∂r
//	loss = E ‖dX/dr - stopgrad(u(X, r, r))‖² / dim  where r < t
//	loss = E ‖u(x_t, t, t) - v‖² / dim              where r = t,  v = noise - data
//
// Where mean flow differentiates by the start of the step, this objective differentiates by its
// end, so there is no derivative by x. Its gradient flows through ∂u/∂r, though, and a training
// step takes about 1.5 times as long. Package meanflow does not have it, because its samples are no
// better.
//
// Terminal velocity matching (L. Zhou et al., arXiv 2511.19797) is the same loss with both terms on
// every example, each at times of its own, and an average of the weights in u(X, r, r).
type lagrangian struct{ meanflow.MeanFlow }

func (lagrangian) Name() string { return "Lagrangian self-distillation" }

func (o lagrangian) String() string { return fmt.Sprintf("%s by %s", o.MeanFlow, o.Name()) }

// Loss builds the scalar loss above, and the scalar mean squared error.
func (o lagrangian) Loss(u meanflow.Velocity, batch meanflow.Batch) (loss, squaredError *Node) {
	x, t, r := batch.Interpolant(), batch.T, batch.R
	prediction, dudr := meanflow.JVP(
		func(primals []*Node) *Node { return u(x, t, primals[0]) },
		[]*Node{r}, []*Node{OnesLike(r)},
	)
	gap := Sub(t, r)
	end := Sub(x, Mul(gap, prediction))
	isEqual := BroadcastToShape(Equal(t, r), x.Shape())
	target := Where(isEqual, batch.Velocity(), u(end, r, r))
	return o.Weight.Loss(Sub(prediction, Mul(gap, dudr)), StopGradient(target), batch.Progress)
}
