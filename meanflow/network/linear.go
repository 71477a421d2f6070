package network

import (
	"math"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// linear builds a layer x·W + b, with W [inputs, outputs] and b [outputs] uniform in
// ±1/sqrt(inputs), as PyTorch's are.
func linear(scope *model.Scope, x *Node, outputs int) *Node {
	bound := 1 / math.Sqrt(float64(x.Shape().Dim(-1)))
	return affine(scope.WithInitializer(initializer.RandomUniformFn(scope, -bound, bound)), x,
		outputs)
}

// zeroLinear builds a layer as linear does, whose weights begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope.WithInitializer(initializer.Zero), x, outputs)
}

func affine(scope *model.Scope, x *Node, outputs int) *Node {
	g := x.Graph()
	weights := scope.VariableWithShape("weights",
		shapes.Make(x.DType(), x.Shape().Dim(-1), outputs))
	biases := scope.VariableWithShape("biases", shapes.Make(x.DType(), outputs))
	product := Dot(x, weights.NodeValue(g)).Product()
	return Add(product, ExpandLeftToRank(biases.NodeValue(g), x.Rank()))
}
