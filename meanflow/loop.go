package meanflow

import (
	"fmt"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// loop builds: for i from zero up to steps, state = body(i, steps, state), with the weights in scope.
//
// XLA's loops see nothing from outside, so the weights go round with the state. And because GoMLX
// keeps one node for all uses of a scalar constant in a graph, wherever it was made first, the body has
// to be built before anything else uses one: that is why 0 is an input of the graph.
func loop(scope *model.Scope, zero, steps, state *Node, body func(i, steps, state *Node) *Node) *Node {
	g := state.Graph()
	weights := slices.Collect(scope.IterVariables())
	initial := []*Node{zero, steps, state}
	for _, variable := range weights {
		initial = append(initial, variable.NodeValue(g))
	}
	parameters := func(g *Graph) []*Node {
		nodes := make([]*Node, len(initial))
		for k, node := range initial {
			nodes[k] = Parameter(g, fmt.Sprintf("loop_%d", k), node.Shape())
		}
		return nodes
	}
	setWeights := func(values []*Node) {
		for k, variable := range weights {
			variable.SetNodeValue(values[k])
		}
	}
	advance := NewClosure(g, func(g *Graph) []*Node {
		current := parameters(g)
		i, steps, state := current[0], current[1], current[2]
		setWeights(current[3:])
		defer setWeights(initial[3:])
		return append([]*Node{OnePlus(i), steps, body(i, steps, state)}, current[3:]...)
	})
	condition := NewClosure(g, func(g *Graph) []*Node {
		current := parameters(g)
		return []*Node{LessThan(current[0], current[1])}
	})
	return While(condition, advance, initial...)[2]
}
