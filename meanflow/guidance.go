package meanflow

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// guided builds the velocity between that of the conditions and that of all points (J. Ho and T.
// Salimans, "Classifier-free diffusion guidance", arXiv 2207.12598), for a scalar or number ω:
//
//	ω·v(conditions) + (1 - ω)·v
//
// Above 1, ω leads beyond the conditions' velocity: away from what all points share.
func guided(ofConditions, ofAll, guidance *Node) *Node {
	return Add(Mul(ofConditions, guidance), Mul(ofAll, OneMinus(guidance)))
}

// guidedVelocity builds the velocity that the training regresses on (Geng et al., arXiv 2505.13447,
// section 4.2), where the conditions are known:
//
//	ω·(noise - data) + (1 - ω)·stopgrad(u(x_t, t, t)), u of all points
//
// A network trained on it needs no second evaluation when it generates.
func (c Config) guidedVelocity(scope *model.Scope, batch Batch, told *conditions) *Node {
	v := batch.Velocity()
	ofAll := StopGradient(c.velocity(scope, told.withheld())(batch.Interpolant(), batch.T, batch.T))
	isKnown := BroadcastToShape(GreaterThan(told.known, ZerosLike(told.known)), v.Shape())
	return Where(isKnown, guided(v, ofAll, ConstAs(v, c.Guidance)), v)
}
