package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Moons are two half circles of radius 1 that reach into each other, as scikit-learn's make_moons has them but around
// the origin, with normal noise of standard deviation 0.05 in each coordinate.
type Moons struct{}

func (Moons) Name() string { return "moons" }
func (Moons) Dim() int     { return 2 }

// Sample draws a point of the upper half circle, around (-0.5, -0.25), and turns half of them around the origin.
func (Moons) Sample(scope *model.Scope, g *Graph, n int) *Node {
	angle := MulScalar(random.Uniform(scope, g, n, 1), math.Pi)
	x, y := AddScalar(Cos(angle), -0.5), AddScalar(Sin(angle), -0.25)
	points := Mul(Concatenate([]*Node{x, y}, -1), randomSign(scope, g, n))
	return Add(points, MulScalar(random.Normal(scope, g, n, 2), 0.05))
}

// randomSign is 1 or -1, [n, 1].
func randomSign(scope *model.Scope, g *Graph, n int) *Node {
	return SubScalar(MulScalar(Floor(MulScalar(random.Uniform(scope, g, n, 1), 2)), 2), 1)
}
