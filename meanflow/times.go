package meanflow

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TimeSampler draws the times of a batch: t and r are [batch, 1] with 0 <= r <= t <= 1.
type TimeSampler func(scope *model.Scope, g *Graph, batch int) (t, r *Node)

// UniformTimes draws two independent uniform times an example: t is the larger, r the smaller.
func UniformTimes(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
	a := random.Uniform(scope, g, batch, 1)
	b := random.Uniform(scope, g, batch, 1)
	return Max(a, b), Min(a, b)
}

// UniformTime draws one uniform time an example: t, and r = t. It is what flow matching trains with.
func UniformTime(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
	t = random.Uniform(scope, g, batch, 1)
	return t, t
}
