package network

import (
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/nn"
)

// ResidualMLP is a network of residual blocks whose normalisation is set by what the network is
// given (adaptive LayerNorm with gates that begin closed, W. Peebles and S. Xie, arXiv 2212.09748,
// section 3.2). For the features c of t, t - r, class, values and guidance scale, each block
// computes
//
//	h + gate(c) · W₂ act(W₁ (norm(h)·(1 + scale(c)) + shift(c)))
//
// It learns more than an [MLP] where points have many dimensions or depend much on their
// conditions; a step of it takes longer.
type ResidualMLP struct {
	Width      int    // Outputs of each layer, 256 if 0.
	Blocks     int    // 3 if 0.
	Activation string // One of GoMLX's activations, "gelu" (the exact one, with erf) if empty.
}

// timePairs keeps frequencies at 4π and below: higher ones make du/dt too large.
const timePairs = 3

// Velocity builds the network.
func (n ResidualMLP) Velocity(scope *model.Scope, in Input) *Node {
	n = n.withDefaults()
	act := mustActivation(n.Activation)
	features := append(timeFeatures(timePairs, in.T, Sub(in.T, in.R)), in.conditions()...)
	if in.Guidance != nil {
		features = append(features, in.Guidance)
	}
	conditioning := activate(act, linear(scope.At("conditioning"), Concatenate(features, -1),
		n.Width))
	// modulated is the normalised h, scaled and shifted by what the network is given.
	modulated := func(scope *model.Scope, h *Node) *Node {
		scale := zeroLinear(scope.At("scale"), conditioning, n.Width)
		shift := zeroLinear(scope.At("shift"), conditioning, n.Width)
		return Add(Mul(nn.LayerNorm(h, []int{-1}, 1e-6, nil, nil, nil), OnePlus(scale)), shift)
	}
	h := linear(scope.At("input"), in.X, n.Width)
	for k := range n.Blocks {
		block := scope.At("block_%d", k)
		inner := activate(act, linear(block.At("inner"), modulated(block, h), n.Width))
		gate := zeroLinear(block.At("gate"), conditioning, n.Width)
		h = Add(h, Mul(gate, linear(block.At("outer"), inner, n.Width)))
	}
	return linear(scope.At("output"), modulated(scope.At("last"), h), in.X.Shape().Dim(-1))
}

func (n ResidualMLP) withDefaults() ResidualMLP {
	setDefault(&n.Width, 256)
	setDefault(&n.Blocks, 3)
	setDefault(&n.Activation, "gelu")
	n.Activation = strings.ToLower(n.Activation)
	return n
}

// complete fills in the defaults, and says what is wrong.
func (n ResidualMLP) complete() (Network, error) {
	n = n.withDefaults()
	return n, checkLayers("ResidualMLP", n.Width, "Blocks", n.Blocks, n.Activation)
}
