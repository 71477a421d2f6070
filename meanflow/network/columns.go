package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// inColumns reports whether an MLP of the given width holds a batch x [batch, dim] as columns,
// [features, batch].
//
// XLA's products on the CPU copy a transposed left factor element by element. With rows it is the
// batch, in the gradient hᵀ·g of the weights (h are the inputs of a layer, g is the gradient of its
// outputs). With columns it is the weights, in Wᵀ·h, which are smaller unless layers are wide.
// The pure-Go engine is faster with rows, and on other devices XLA calls their own libraries.
func inColumns(x *Node, width int) bool {
	engine := x.Graph().Backend()
	return x.Shape().Dim(0) >= 4*width && backend.IsCPU(engine) && !backend.IsPureGo(engine)
}

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
	weights, biases := parameters(scope, x, inputs, outputs, uniformBound(inputs))
	return Add(DotGeneral(weights, []int{0}, nil, x, []int{0}, nil), InsertAxes(biases, -1))
}

// transpose builds the transpose of a matrix. The axis of size 1 keeps XLA from merging the
// transposition into a product that has the matrix as its result: that product would be eight times
// as slow for the few rows of a point's coordinates.
func transpose(x *Node) *Node {
	rows, columns := x.Shape().Dim(0), x.Shape().Dim(1)
	return Reshape(TransposeAllAxes(Reshape(x, rows, 1, columns), 2, 1, 0), columns, rows)
}
