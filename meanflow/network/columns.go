package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// An MLP holds a batch as columns, [features, batch], on XLA. The gradient of a layer's weights is
// then h·gᵀ for the layer's inputs h and the gradient g of its outputs. With a batch of rows it is
// hᵀ·g, and XLA's products on the CPU copy hᵀ element by element. The pure-Go engine is faster with
// rows.

// inColumns reports whether an MLP in a graph holds a batch as columns.
func inColumns(g *Graph) bool { return !backend.IsPureGo(g.Backend()) }

// concatenateColumns builds columns [features, batch] of nodes [batch, …].
func concatenateColumns(nodes []*Node) *Node {
	columns := make([]*Node, len(nodes))
	for k, node := range nodes {
		columns[k] = transpose(node)
	}
	return Concatenate(columns, 0)
}

// linearColumns is [linear] for columns x [inputs, batch]: Wᵀ·x + b, [outputs, batch].
func linearColumns(scope *model.Scope, x *Node, outputs int) *Node {
	inputs := x.Shape().Dim(0)
	weights, biases := parameters(withUniform(scope, inputs), x, inputs, outputs)
	return Add(DotGeneral(weights, []int{0}, nil, x, []int{0}, nil), InsertAxes(biases, -1))
}

// transpose builds the transpose of a matrix. The axis of size 1 keeps XLA from merging the
// transposition into a product that has the matrix as its result: that product would be eight times
// as slow for the few rows of a point's coordinates.
func transpose(x *Node) *Node {
	rows, columns := x.Shape().Dim(0), x.Shape().Dim(1)
	return Reshape(TransposeAllAxes(Reshape(x, rows, 1, columns), 2, 1, 0), columns, rows)
}
