package network

import (
	"math"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// linear builds a layer x·W + b with W [inputs, outputs] and b [outputs], which begin uniform in
// ±1/sqrt(inputs), as in PyTorch.
func linear(scope *model.Scope, x *Node, outputs int) *Node {
	bound := 1 / math.Sqrt(float64(x.Shape().Dim(-1)))
	uniform := initializer.RandomUniformFn(scope, -bound, bound)
	return affine(scope.WithInitializer(uniform), x, outputs)
}

// zeroLinear builds a layer as linear does, but W and b begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope.WithInitializer(initializer.Zero), x, outputs)
}

// affine builds x·W + b, with W and b initialised by the scope's initializer.
func affine(scope *model.Scope, x *Node, outputs int) *Node {
	g := x.Graph()
	weights := scope.VariableWithShape("weights",
		shapes.Make(x.DType(), x.Shape().Dim(-1), outputs))
	biases := scope.VariableWithShape("biases", shapes.Make(x.DType(), outputs))
	product := Dot(x, weights.NodeValue(g)).Product()
	return Add(product, ExpandLeftToRank(biases.NodeValue(g), x.Rank()))
}
