package meanflow

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// guided builds the velocity of classifier-free guidance (J. Ho and T. Salimans, "Classifier-free
// diffusion guidance", arXiv 2207.12598) from the conditional and the unconditional velocity and a
// scalar ω, the guidance:
//
//	ω·v(conditions) + (1 - ω)·v
//
// With ω above 1 it leads beyond the conditional velocity, away from the unconditional one.
func guided(conditional, unconditional, guidance *Node) *Node {
	return Add(Mul(conditional, guidance), Mul(unconditional, OneMinus(guidance)))
}

// guidedVelocity builds the velocity that the training regresses on (Geng et al., arXiv 2505.13447,
// section 4.2). With the network's unconditional velocity u it is
//
//	ω·(noise - data) + (1 - ω)·stopgrad(u(x_t, t, t))
//
// where the conditions are known, and noise - data where they are withheld. A network trained on it
// is guided without a second evaluation when it generates.
func (c Config) guidedVelocity(scope *model.Scope, batch Batch, given *conditions) *Node {
	v := batch.Velocity()
	u := c.velocity(scope, given.withheld())
	unconditional := StopGradient(u(batch.Interpolant(), batch.T, batch.T))
	isKnown := BroadcastToShape(GreaterThan(given.known, ZerosLike(given.known)), v.Shape())
	return Where(isKnown, guided(v, unconditional, ConstAs(v, c.Guidance)), v)
}
