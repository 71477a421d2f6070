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
	return affine(withUniform(scope, x.Shape().Dim(-1)), x, outputs)
}

// withUniform returns the scope with the initial weights and biases of a layer of the given number
// of inputs.
func withUniform(scope *model.Scope, inputs int) *model.Scope {
	bound := 1 / math.Sqrt(float64(inputs))
	return scope.WithInitializer(initializer.RandomUniformFn(scope, -bound, bound))
}

// zeroLinear builds a layer as linear does, but W and b begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope.WithInitializer(initializer.Zero), x, outputs)
}

// affine builds x·W + b of x [batch, …, inputs], with W and b initialised by the scope's
// initializer.
func affine(scope *model.Scope, x *Node, outputs int) *Node {
	dims := slices.Clone(x.Shape().Dimensions)
	inputs := dims[len(dims)-1]
	weights, biases := parameters(scope, x, inputs, outputs)
	// One product of matrices is the fastest on both engines.
	product := matMul(Reshape(x, -1, inputs), 1, weights, 0)
	dims[len(dims)-1] = outputs
	return Reshape(Add(product, ExpandLeftToRank(biases, 2)), dims...)
}

// parameters returns the weights [inputs, outputs] and the biases [outputs] of a layer of x, with
// the data type of x. The scope's initializer initialises them.
func parameters(scope *model.Scope, x *Node, inputs, outputs int) (weights, biases *Node) {
	variable := func(name string, dims ...int) *Node {
		return scope.VariableWithShape(name, shapes.Make(x.DType(), dims...)).NodeValue(x.Graph())
	}
	return variable("weights", inputs, outputs), variable("biases", outputs)
}
