package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// conditioning builds adaptive LayerNorm and gates (W. Peebles and S. Xie, arXiv 2212.09748,
// section 3.2). They depend on features c of t, t - r, class, condition values and guidance scale.
type conditioning struct {
	features *Node // [batch, width]
	width    int
	act      activation.Type
}

// newConditioning builds the features c = act(W·[times, conditions] + b). It panics if the
// activation is unknown.
func newConditioning(scope *model.Scope, in Input, width int, name string) conditioning {
	act := mustActivation(name)
	features := append(timeFeatures(timePairs, in.T, Sub(in.T, in.R)), in.conditions()...)
	all := Concatenate(features, -1)
	if in.IsShared {
		all = Slice(all, AxisRange(0, 1)) // [1, …], which broadcasts.
	}
	c := linear(scope.At("conditioning"), all, width)
	return conditioning{activate(act, c), width, act}
}

// layer builds a linear layer of c that begins at zero, as [batch, …, width] with as many axes as
// h.
func (c conditioning) layer(scope *model.Scope, h *Node) *Node {
	y := zeroLinear(scope, c.features, c.width)
	for y.Rank() < h.Rank() {
		y = InsertAxes(y, 1)
	}
	return y
}

// modulated builds norm(h)·(1 + scale(c)) + shift(c), the adaptive LayerNorm of h [batch, …,
// width].
func (c conditioning) modulated(scope *model.Scope, h *Node) *Node {
	scale, shift := c.layer(scope.At("scale"), h), c.layer(scope.At("shift"), h)
	return Add(Mul(normalise(h), OnePlus(scale)), shift)
}

// gated builds gate(c)·h for h [batch, …, width]. The gate begins closed, at 0.
func (c conditioning) gated(scope *model.Scope, h *Node) *Node {
	return Mul(c.layer(scope.At("gate"), h), h)
}

// perceptron builds a residual block on h [batch, …, width] with the given number of hidden units:
//
//	h + gate(c) · W₂ act(W₁ (norm(h)·(1 + scale(c)) + shift(c)))
func (c conditioning) perceptron(scope *model.Scope, h *Node, hidden int) *Node {
	inner := activate(c.act, linear(scope.At("inner"), c.modulated(scope, h), hidden))
	return Add(h, c.gated(scope, linear(scope.At("outer"), inner, c.width)))
}
