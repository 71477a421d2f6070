package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Rings is a distribution on three circles around the origin with the radii 0.5, 1 and 1.5 and
// equal probability, with normal noise of standard deviation 0.05 added to each coordinate.
type Rings struct{}

// Name returns "rings".
func (Rings) Name() string { return "rings" }

// Dim returns 2.
func (Rings) Dim() int { return 2 }

// Fingerprint returns "rings": Rings has no parameters.
func (Rings) Fingerprint() string { return "rings" }

// Sample builds n points, float32 [n, 2].
func (Rings) Sample(scope *model.Scope, g *Graph, n int) *Node {
	ring := Floor(MulScalar(random.Uniform(scope, g, n, 1), 3))
	radius := MulScalar(OnePlus(ring), 0.5)
	angle := MulScalar(random.Uniform(scope, g, n, 1), 2*math.Pi)
	circles := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	return Add(circles, MulScalar(random.Normal(scope, g, n, 2), 0.05))
}
