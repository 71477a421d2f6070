package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TwoSpirals are two arms of one and a half turns around the origin, each the other turned by half a circle: angles
// θ = 3π·√a with a uniform on [0, 1], at the radius 1.8·θ/3π, with normal noise of standard deviation 0.05 in each
// coordinate.
type TwoSpirals struct{}

func (TwoSpirals) Name() string { return "two spirals" }
func (TwoSpirals) Dim() int     { return 2 }

func (TwoSpirals) Sample(scope *model.Scope, g *Graph, n int) *Node {
	turn := Sqrt(random.Uniform(scope, g, n, 1)) // Even along the arm, nearly.
	angle, radius := MulScalar(turn, 3*math.Pi), MulScalar(turn, 1.8)
	arm := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	return Add(Mul(arm, randomSign(scope, g, n)), MulScalar(random.Normal(scope, g, n, 2), 0.05))
}
