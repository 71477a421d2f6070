package datasets

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// Sample builds a choice of n of the points with replacement, float32 [n, Dim()], in the network's
// units (see [Points.Scale]). The points become a variable of scope, so that the graph does not
// contain them. It panics if they can't be copied.
func (p *Points) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return gather(scope, g, "points", clone(p.tensors().points), randomRows(scope, g, p.Len(), n))
}

// SampleLabelled builds the points of Sample, float32 [n, Dim()], and the class of each, int32
// [n, 1], from 1 to Classes(). It panics if the points have no classes.
func (p *Points) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	points, classes, _ = p.SampleConditioned(scope, g, n)
	if classes == nil {
		panic(errNoClasses)
	}
	return points, classes
}

// SampleConditioned builds the points of Sample, float32 [n, Dim()], the class of each, int32
// [n, 1], from 1 to Classes(), and its condition values in the network's units, float32
// [n, Values()]. Classes are nil if Classes() is 0, and values are nil if Values() is 0.
func (p *Points) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	chosen := randomRows(scope, g, p.Len(), n)
	all := p.tensors()
	points = gather(scope, g, "points", clone(all.points), chosen)
	if all.classes != nil {
		classes = gather(scope, g, "classes", clone(all.classes), chosen)
	}
	if all.values != nil {
		values = gather(scope, g, "values", clone(all.values), chosen)
	}
	return points, classes, values
}

// randomRows builds n random indices below count, int32 [n, 1].
func randomRows(scope *model.Scope, g *Graph, count, n int) *Node {
	return scope.RandomIntN(g, int32(count), shapes.Make(dtypes.Int32, n, 1))
}

// gather builds the chosen rows of a tensor, which becomes a variable of scope. Each scope gets a
// tensor of its own from make, because a store finalizes its tensors.
func gather(
	scope *model.Scope, g *Graph, name string, make func() *tensors.Tensor, chosen *Node,
) *Node {
	variable := scope.GetVariable(name)
	if variable == nil {
		variable = scope.VariableWithValue(name, make())
	}
	return Gather(variable.NodeValue(g), chosen)
}

// clone returns a function that copies a tensor.
func clone(tensor *tensors.Tensor) func() *tensors.Tensor {
	return func() *tensors.Tensor {
		copied, err := tensor.LocalClone()
		if err != nil {
			panic(err)
		}
		return copied
	}
}

// makeTensors computes what Sample chooses from.
func (p *Points) makeTensors() pointTensors {
	s := p.scales()
	made := pointTensors{points: networkTensor(p.coordinates, s.points)}
	if len(s.values) > 0 {
		made.values = networkTensor(p.conditions, s.values)
	}
	if p.label != nil {
		classes := make([]int32, p.Len())
		for i, code := range p.label.codes {
			classes[i] = code + 1
		}
		made.classes = tensors.FromFlatDataAndDimensions(classes, p.Len(), 1)
	}
	return made
}

// networkTensor returns columns in the network's units, float32 [rows, len(scales)]. There is a
// scale for each coordinate.
func networkTensor(columns []tableColumn, scales []scale.Column) *tensors.Tensor {
	rows, dim := columns[0].len(), len(scales)
	flat := make([]float32, rows*dim)
	first := 0
	for _, column := range columns {
		for i, number := range column.numbers {
			flat[i*dim+first] = float32(scales[first].ToNetwork(number))
		}
		for i, code := range column.codes {
			for k := range column.words {
				here := 0.0
				if k == int(code) {
					here = 1
				}
				flat[i*dim+first+k] = float32(scales[first+k].ToNetwork(here))
			}
		}
		first += max(1, len(column.words))
	}
	return tensors.FromFlatDataAndDimensions(flat, rows, dim)
}
