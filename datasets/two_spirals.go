package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TwoSpirals is a distribution on two spiral arms of one and a half turns, with equal probability;
// the second arm is the first rotated by π around the origin. Normal noise of standard deviation
// 0.05 is added to each coordinate. The angle and the radius of the first arm are
//
//	θ = 3π·√a, radius = 1.8·θ/3π, with a uniform on [0, 1)
type TwoSpirals struct{}

// Name returns "two spirals".
func (TwoSpirals) Name() string { return "two spirals" }

// Dim returns 2.
func (TwoSpirals) Dim() int { return 2 }

// Fingerprint returns "two spirals": TwoSpirals has no parameters.
func (TwoSpirals) Fingerprint() string { return "two spirals" }

// Sample builds n points, float32 [n, 2].
func (s TwoSpirals) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := s.SampleLabelled(scope, g, n)
	return points
}

// Classes returns 2: class 1 is the arm that ends on the left, class 2 the arm that ends on the
// right.
func (TwoSpirals) Classes() int { return 2 }

// SampleLabelled builds the points of Sample, float32 [n, 2], and the class of each point's arm,
// int32 [n, 1], 1 or 2.
func (TwoSpirals) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	turn := Sqrt(random.Uniform(scope, g, n, 1)) // Nearly even along the arm.
	angle, radius := MulScalar(turn, 3*math.Pi), MulScalar(turn, 1.8)
	arm := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	sign := randomSign(scope, g, n)
	classes = ConvertDType(AddScalar(MulScalar(sign, -0.5), 1.5), dtypes.Int32)
	noise := random.Normal(scope, g, n, 2)
	return Add(Mul(arm, sign), MulScalar(noise, 0.05)), classes
}
