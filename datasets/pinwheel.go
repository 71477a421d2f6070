package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Pinwheel has five arms (M. Johnson et al., arXiv 1603.06277): along an arm the distance from the origin is normal
// around 1 with the deviation 0.3, across it the deviation is 0.1, and a point is turned by exp(distance)/4.
type Pinwheel struct{}

const pinwheelArms = 5

func (Pinwheel) Name() string { return "pinwheel" }
func (Pinwheel) Dim() int     { return 2 }

func (Pinwheel) Sample(scope *model.Scope, g *Graph, n int) *Node {
	arm := Floor(MulScalar(random.Uniform(scope, g, n, 1), pinwheelArms))
	along := OnePlus(MulScalar(random.Normal(scope, g, n, 1), 0.3))
	across := MulScalar(random.Normal(scope, g, n, 1), 0.1)
	angle := Add(MulScalar(arm, 2*math.Pi/pinwheelArms), MulScalar(Exp(along), 0.25))
	x := Sub(Mul(along, Cos(angle)), Mul(across, Sin(angle)))
	y := Add(Mul(along, Sin(angle)), Mul(across, Cos(angle)))
	return Concatenate([]*Node{x, y}, -1)
}
