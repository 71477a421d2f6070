package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
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

func (s TwoSpirals) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := s.SampleLabelled(scope, g, n)
	return points
}

// Classes is 2: the arm that ends on the left, and the one that ends on the right.
func (TwoSpirals) Classes() int { return 2 }

func (TwoSpirals) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	turn := Sqrt(random.Uniform(scope, g, n, 1)) // Even along the arm, nearly.
	angle, radius := MulScalar(turn, 3*math.Pi), MulScalar(turn, 1.8)
	arm := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	sign := randomSign(scope, g, n)
	classes = ConvertDType(AddScalar(MulScalar(sign, -0.5), 1.5), dtypes.Int32)
	return Add(Mul(arm, sign), MulScalar(random.Normal(scope, g, n, 2), 0.05)), classes
}
