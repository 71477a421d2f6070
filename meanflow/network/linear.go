package network

import (
	"math"
	"slices"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/initial"
)

// linear builds a layer x·W + b of x [batch, …, inputs] with W [inputs, outputs] and b [outputs],
// which begin uniform in ±1/sqrt(inputs), as in PyTorch.
func linear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope, x, outputs, 1/math.Sqrt(float64(x.Shape().Dim(-1))))
}

// zeroLinear builds a layer as linear does, but W and b begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope, x, outputs, 0)
}

// affine builds x·W + b of x [batch, …, inputs], with W and b that begin uniform in ±bound.
func affine(scope *model.Scope, x *Node, outputs int, bound float64) *Node {
	g, dims := x.Graph(), slices.Clone(x.Shape().Dimensions)
	inputs := dims[len(dims)-1]
	weights := initial.Uniform(scope, "weights", bound, shapes.Make(x.DType(), inputs, outputs))
	biases := initial.Uniform(scope, "biases", bound, shapes.Make(x.DType(), outputs))
	// One product of matrices is the fastest on both engines.
	product := Dot(Reshape(x, -1, inputs), weights.NodeValue(g)).Product()
	dims[len(dims)-1] = outputs
	return Reshape(Add(product, ExpandLeftToRank(biases.NodeValue(g), 2)), dims...)
}
