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
	return affine(scope, x, outputs, uniformBound(x.Shape().Dim(-1)))
}

// uniformBound returns the bound of the initial weights and biases of a layer.
func uniformBound(inputs int) float64 { return 1 / math.Sqrt(float64(inputs)) }

// zeroLinear builds a layer as linear does, but W and b begin at zero.
func zeroLinear(scope *model.Scope, x *Node, outputs int) *Node {
	return affine(scope, x, outputs, 0)
}

// affine builds x·W + b of x [batch, …, inputs], with W and b that begin uniform in ±bound.
func affine(scope *model.Scope, x *Node, outputs int, bound float64) *Node {
	dims := slices.Clone(x.Shape().Dimensions)
	inputs := dims[len(dims)-1]
	weights, biases := parameters(scope, x, inputs, outputs, bound)
	// One product of matrices is the fastest on both engines.
	product := matMul(Reshape(x, -1, inputs), 1, weights, 0)
	dims[len(dims)-1] = outputs
	return Reshape(Add(product, ExpandLeftToRank(biases, 2)), dims...)
}

// parameters returns the weights [inputs, outputs] and the biases [outputs] of a layer of x, with
// the data type of x. They begin uniform in ±bound.
func parameters(
	scope *model.Scope, x *Node, inputs, outputs int, bound float64,
) (weights, biases *Node) {
	variable := func(name string, dims ...int) *Node {
		shape := shapes.Make(x.DType(), dims...)
		return initial.Uniform(scope, name, bound, shape).NodeValue(x.Graph())
	}
	return variable("weights", inputs, outputs), variable("biases", outputs)
}
