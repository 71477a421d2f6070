package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Moons is a distribution on two interleaved half circles of radius 1: scikit-learn's make_moons,
// centred at the origin, with normal noise of standard deviation 0.05 added to each coordinate.
type Moons struct{}

// Name returns "moons".
func (Moons) Name() string { return "moons" }

// Dim returns 2.
func (Moons) Dim() int { return 2 }

// Fingerprint returns "moons": Moons has no parameters.
func (Moons) Fingerprint() string { return "moons" }

// Sample builds n points, float32 [n, 2]. It draws points of the upper half circle, whose centre is
// (-0.5, -0.25), and rotates each with probability 1/2 by π around the origin.
func (Moons) Sample(scope *model.Scope, g *Graph, n int) *Node {
	angle := MulScalar(random.Uniform(scope, g, n, 1), math.Pi)
	x, y := AddScalar(Cos(angle), -0.5), AddScalar(Sin(angle), -0.25)
	points := Mul(Concatenate([]*Node{x, y}, -1), randomSign(scope, g, n))
	return Add(points, MulScalar(random.Normal(scope, g, n, 2), 0.05))
}

// randomSign builds n numbers that are 1 or -1 with probability 1/2 each, float32 [n, 1].
func randomSign(scope *model.Scope, g *Graph, n int) *Node {
	return SubScalar(MulScalar(Floor(MulScalar(random.Uniform(scope, g, n, 1), 2)), 2), 1)
}
