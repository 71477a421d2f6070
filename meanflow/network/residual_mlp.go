package network

import (
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// ResidualMLP is a network of residual blocks with adaptive LayerNorm and gates that begin closed
// (W. Peebles and S. Xie, arXiv 2212.09748, section 3.2). For the features c of t, t - r, class,
// condition values and guidance scale (its logarithm), each block computes
//
//	h + gate(c) · W₂ act(W₁ (norm(h)·(1 + scale(c)) + shift(c)))
//
// It learns more than an [MLP] if points have many dimensions or depend strongly on their
// conditions, but a training step takes longer.
type ResidualMLP struct {
	Width      int    // Outputs of each layer, 256 if it is 0.
	Blocks     int    // Number of blocks, 3 if it is 0.
	Activation string // One of GoMLX's activations, "gelu" (the exact one, with erf) if empty.
}

// Velocity builds u(x, t, r), [batch, dim]. It panics if Activation is unknown.
func (n ResidualMLP) Velocity(scope *model.Scope, in Input) *Node {
	n = n.withDefaults()
	c := newConditioning(scope, in, n.Width, n.Activation)
	h := linear(scope.At("input"), in.X, n.Width)
	for k := range n.Blocks {
		h = c.perceptron(scope.At("block_%d", k), h, n.Width)
	}
	return linear(scope.At("output"), c.modulated(scope.At("last"), h), in.X.Shape().Dim(-1))
}

func (n ResidualMLP) withDefaults() ResidualMLP {
	setDefault(&n.Width, 256)
	setDefault(&n.Blocks, 3)
	setDefault(&n.Activation, "gelu")
	n.Activation = strings.ToLower(n.Activation)
	return n
}

// complete fills in the defaults and checks the fields.
func (n ResidualMLP) complete() (Network, error) {
	n = n.withDefaults()
	return n, checkLayers("ResidualMLP", n.Width, "Blocks", n.Blocks, n.Activation)
}
