package latent

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
)

// Convolutional is an encoder of convolutions (3 × 3, a GELU each) that halve height and width, and
// a decoder that doubles them again. On a processor it takes several times as long as [Dense]; it
// pays for images of more than about 40 × 40 pixels, for which Dense has too many weights.
type Convolutional struct {
	Height, Width int // Of the images. Both must be divisible by 2 to the number of Filters.
	Channels      int // Of the images, 1 if it is 0.
	// Filters are the channels of each of the encoder's convolutions, from 1 to 16 of them, 32 and
	// 64 if it is nil.
	Filters []int
}

func (n Convolutional) encode(scope *model.Scope, x *Node, codeDim int) *Node {
	x = Reshape(x, -1, n.Height, n.Width, n.Channels)
	for k, filters := range n.Filters {
		x = convolve(scope.At("convolution_%d", k), x, filters, 2)
		x = activation.Apply(activation.TypeGelu, x)
	}
	return layers.Dense(scope.At("output"), Reshape(x, x.Shape().Dim(0), -1), true, codeDim)
}

func (n Convolutional) decode(scope *model.Scope, codes *Node, _ int) *Node {
	last := len(n.Filters) - 1
	height, width := n.Height>>len(n.Filters), n.Width>>len(n.Filters)
	x := layers.Dense(scope.At("input"), codes, true, height*width*n.Filters[last])
	x = Reshape(x, -1, height, width, n.Filters[last])
	for k := last; k >= 0; k-- {
		filters := n.Channels
		if k > 0 {
			filters = n.Filters[k-1]
		}
		x = activation.Apply(activation.TypeGelu, x)
		x = convolve(scope.At("convolution_%d", k), doubled(x), filters, 1)
	}
	return Reshape(x, x.Shape().Dim(0), -1)
}

// convolve builds a convolution of images x [batch, height, width, channels], padded with zeros.
func convolve(scope *model.Scope, x *Node, filters, strides int) *Node {
	return layers.Convolution(scope, x).Channels(filters).KernelSize(3).Strides(strides).PadSame().
		Done()
}

// doubled builds images of twice the height and the width of images x [batch, height, width,
// channels], each pixel four times.
func doubled(x *Node) *Node {
	dims := x.Shape().Dimensions
	batch, height, width, channels := dims[0], dims[1], dims[2], dims[3]
	x = Reshape(x, batch, height, 1, width, 1, channels)
	x = BroadcastToDims(x, batch, height, 2, width, 2, channels)
	return Reshape(x, batch, 2*height, 2*width, channels)
}

func (n Convolutional) complete(dim int) (Network, error) {
	if n.Channels == 0 {
		n.Channels = 1
	}
	if n.Filters == nil {
		n.Filters = []int{32, 64}
	}
	if err := checkWidths("Convolutional.Filters", n.Filters); err != nil {
		return nil, err
	}
	const most = 1 << 16
	for _, size := range []int{n.Height, n.Width, n.Channels} {
		if size < 1 || size > most {
			return nil, fmt.Errorf("Convolutional has Height %d, Width %d and Channels %d, each "+
				"must be from 1 to %d", n.Height, n.Width, n.Channels, most)
		}
	}
	if n.Height*n.Width*n.Channels != dim {
		return nil, fmt.Errorf("Convolutional takes images of %d × %d × %d numbers, but "+
			"Config.Data has %d", n.Height, n.Width, n.Channels, dim)
	}
	if len(n.Filters) > 16 || (n.Height|n.Width)&(1<<len(n.Filters)-1) != 0 {
		return nil, fmt.Errorf("Convolutional halves %d × %d images %d times: Height and Width "+
			"must be divisible by 2 to that power", n.Height, n.Width, len(n.Filters))
	}
	return n, nil
}
