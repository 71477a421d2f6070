package network

import (
	"fmt"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// PatchTransformer is a network for images: the diffusion transformer of W. Peebles and S. Xie
// (arXiv 2212.09748). It cuts an image into square patches and makes each a token by a linear
// layer, to which it adds fixed features of the patch's position. For the features c of t, t - r,
// class, condition values and guidance scale (its logarithm), each block computes
//
//	h + gate₁(c) · attention(norm(h)·(1 + scale₁(c)) + shift₁(c)), then
//	h + gate₂(c) · W₂ act(W₁ (norm(h)·(1 + scale₂(c)) + shift₂(c)))
//
// with four times Width outputs of W₁. A last adaptive LayerNorm and a linear layer make the tokens
// patches again. Gates, scales and shifts begin at zero.
//
// The time of a training step grows with the number of tokens, which is that of patches: halving
// Patch makes a step at least four times as long.
type PatchTransformer struct {
	Image ImageShape // Shape of the images. Its Dim must be the dimension of the data.
	Patch int        // Side of a patch in pixels, 4 if it is 0. It must divide both sides of Image.
	Width int        // Outputs of each layer, 128 if it is 0. A multiple of 4 and of Heads.
	Heads int        // Heads of each attention, 4 if it is 0.

	Blocks     int    // Number of blocks, 4 if it is 0.
	Activation string // One of GoMLX's activations, "gelu" (the exact one, with erf) if empty.
}

// Velocity builds u(x, t, r), [batch, dim]. It panics if a field is wrong, or if Image does not
// have the dimension of x.
func (n PatchTransformer) Velocity(scope *model.Scope, in Input) *Node {
	n = n.withDefaults()
	if err := n.check(); err != nil {
		exceptions.Panicf("network: %v", err)
	}
	if dim := in.X.Shape().Dim(-1); dim != n.Image.Dim() {
		exceptions.Panicf("network: PatchTransformer.Image is %s, which has %d values, but the "+
			"data have %d dimensions", n.Image, n.Image.Dim(), dim)
	}
	c := newConditioning(scope, in, n.Width, n.Activation)
	patches := n.Image.toPatches(in.X, n.Patch)
	grid := positions(n.Image.Height/n.Patch, n.Image.Width/n.Patch, n.Width)
	h := linear(scope.At("input"), patches, n.Width)
	h = Add(h, InsertAxes(ConstAsDType(in.X.Graph(), in.X.DType(), grid), 0))
	for k := range n.Blocks {
		block := scope.At("block_%d", k)
		attention := block.At("attention")
		attended := selfAttention(attention, c.modulated(attention, h), n.Heads)
		h = Add(h, c.gated(attention, attended))
		h = c.perceptron(block.At("mlp"), h, 4*n.Width)
	}
	output := linear(scope.At("output"), c.modulated(scope.At("last"), h), patches.Shape().Dim(-1))
	return n.Image.fromPatches(output, n.Patch)
}

func (n PatchTransformer) withDefaults() PatchTransformer {
	setDefault(&n.Image.Channels, 1)
	setDefault(&n.Patch, 4)
	setDefault(&n.Width, 128)
	setDefault(&n.Heads, 4)
	setDefault(&n.Blocks, 4)
	setDefault(&n.Activation, "gelu")
	n.Activation = strings.ToLower(n.Activation)
	return n
}

// complete fills in the defaults and checks the fields.
func (n PatchTransformer) complete() (Network, error) {
	n = n.withDefaults()
	return n, n.check()
}

// check checks the fields, whose defaults are filled in.
func (n PatchTransformer) check() error {
	for _, side := range []struct {
		field string
		value int
	}{
		{"Image.Height", n.Image.Height},
		{"Image.Width", n.Image.Width},
		{"Image.Channels", n.Image.Channels},
	} {
		if side.value < 1 || side.value > 1<<16 {
			return fmt.Errorf("PatchTransformer.%s is %d, it must be from 1 to %d",
				side.field, side.value, 1<<16)
		}
	}
	if n.Patch < 1 || n.Image.Height%n.Patch != 0 || n.Image.Width%n.Patch != 0 {
		return fmt.Errorf("PatchTransformer.Patch is %d, it must divide the image's height, %d, "+
			"and its width, %d", n.Patch, n.Image.Height, n.Image.Width)
	}
	err := checkLayers("PatchTransformer", n.Width, "Blocks", n.Blocks, n.Activation)
	if err != nil {
		return err
	}
	if n.Width%4 != 0 {
		return fmt.Errorf("PatchTransformer.Width is %d, it must be a multiple of 4", n.Width)
	}
	if n.Heads < 1 || n.Width%n.Heads != 0 {
		return fmt.Errorf("PatchTransformer.Heads is %d, it must divide PatchTransformer.Width, %d",
			n.Heads, n.Width)
	}
	return nil
}
