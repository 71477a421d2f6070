package network

import (
	"math"
	"slices"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// linear builds a layer x·W + b of x [batch, …, inputs] with W [inputs, outputs] and b [outputs],
// which begin uniform in ±1/sqrt(inputs), as in PyTorch.
func linear(scope *model.Scope, x *Node, outputs int) *Node {
	bound := 1 / math.Sqrt(float64(x.Shape().Dim(-1)))
	uniform := initializer.RandomUniformFn(scope, -bound, bound)
	return affine(scope.WithInitializer(uniform), x, outputs)
}

// zeroLinear builds a layer as linear does, but W and b begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope.WithInitializer(initializer.Zero), x, outputs)
}

// affine builds x·W + b of x [batch, …, inputs], with W and b initialised by the scope's
// initializer.
func affine(scope *model.Scope, x *Node, outputs int) *Node {
	g, dims := x.Graph(), slices.Clone(x.Shape().Dimensions)
	inputs := dims[len(dims)-1]
	weights := scope.VariableWithShape("weights", shapes.Make(x.DType(), inputs, outputs))
	biases := scope.VariableWithShape("biases", shapes.Make(x.DType(), outputs))
	// One product of matrices is the fastest on both engines.
	product := matMul(Reshape(x, -1, inputs), 1, weights.NodeValue(g), 0)
	dims[len(dims)-1] = outputs
	return Reshape(Add(product, ExpandLeftToRank(biases.NodeValue(g), 2)), dims...)
}
