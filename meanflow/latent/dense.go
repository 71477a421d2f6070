package latent

import (
	"fmt"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Dense is an encoder of dense layers with a GELU each, and a decoder of the same layers backwards.
// It sees no neighbourhood of pixels, which small images don't need.
type Dense struct {
	Widths []int // Outputs of the encoder's hidden layers, 512 and 256 if it is nil.
}

func (n Dense) encode(scope *model.Scope, x *Node, codeDim int) *Node {
	return hidden(scope, x, n.Widths, codeDim)
}

func (n Dense) decode(scope *model.Scope, codes *Node, dim int) *Node {
	widths := slices.Clone(n.Widths)
	slices.Reverse(widths)
	return hidden(scope, codes, widths, dim)
}

// hidden builds hidden layers of the given widths with a GELU each, and a linear layer.
func hidden(scope *model.Scope, x *Node, widths []int, outputs int) *Node {
	for k, width := range widths {
		x = layers.Dense(scope.At("hidden_%d", k), x, true, width)
		x = activation.Apply(activation.TypeGelu, x)
	}
	return layers.Dense(scope.At("output"), x, true, outputs)
}

func (n Dense) complete(int) (Network, error) {
	if n.Widths == nil {
		n.Widths = []int{512, 256}
	}
	return n, checkWidths("Dense.Widths", n.Widths)
}

// checkWidths checks the numbers of outputs of layers, a field of a network.
func checkWidths(field string, widths []int) error {
	const maxLayers, maxWidth = 64, 1 << 16
	if len(widths) < 1 || len(widths) > maxLayers {
		return fmt.Errorf("%s has %d layers, it must have from 1 to %d",
			field, len(widths), maxLayers)
	}
	for k, width := range widths {
		if width < 1 || width > maxWidth {
			return fmt.Errorf("%s[%d] is %d, it must be from 1 to %d", field, k, width, maxWidth)
		}
	}
	return nil
}
