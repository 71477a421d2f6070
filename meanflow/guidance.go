package meanflow

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// guided builds the velocity of classifier-free guidance (J. Ho and T. Salimans, "Classifier-free
// diffusion guidance", arXiv 2207.12598) from the conditional and the unconditional velocity,
// [batch, dim] each, and the guidance ω, a scalar or [batch, 1]:
//
//	ω·v(conditions) + (1 - ω)·v
//
// With ω above 1 it leads beyond the conditional velocity, away from the unconditional one.
func guided(conditional, unconditional, guidance *Node) *Node {
	return Add(Mul(conditional, guidance), Mul(unconditional, OneMinus(guidance)))
}

// isGuided reports whether the training regresses on the guided velocity.
func (c Config) isGuided() bool { return c.Guidance != 0 && c.Guidance != 1 || c.MaxGuidance != 0 }

// drawGuidance draws the guidance scales of the examples of a batch from c.Guidance to
// c.MaxGuidance, with a uniform logarithm. Where the conditions are withheld, the scale is 1, so
// that the unconditional velocity does not depend on it.
func (c Config) drawGuidance(scope *model.Scope, g *Graph, given *conditions) {
	low, high := math.Log(c.Guidance), math.Log(c.MaxGuidance)
	share := random.Uniform(scope, g, c.BatchSize, 1)
	drawn := Exp(AddScalar(MulScalar(share, high-low), low))
	isKnown := GreaterThan(given.known, ZerosLike(given.known))
	given.guidance = Where(isKnown, drawn, OnesLike(drawn))
}

// guidedVelocity builds the velocity that the training regresses on (Geng et al., arXiv 2505.13447,
// section 4.2). With the network's unconditional velocity u it is
//
//	ω·(noise - data) + (1 - ω)·stopgrad(u(x_t, t, t))
//
// where the conditions are known, and noise - data where they are withheld. ω is that of the
// example, or c.Guidance for all examples. A network trained on it is guided without a second
// evaluation when it generates.
func (c Config) guidedVelocity(scope *model.Scope, batch Batch, given *conditions) *Node {
	v := batch.Velocity()
	u := c.velocity(scope, given.withheld())
	unconditional := StopGradient(u(batch.Interpolant(), batch.T, batch.T))
	isKnown := BroadcastToShape(GreaterThan(given.known, ZerosLike(given.known)), v.Shape())
	guidance := given.guidance
	if guidance == nil {
		guidance = ConstAs(v, c.Guidance)
	}
	return Where(isKnown, guided(v, unconditional, guidance), v)
}
