package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Crescent is uniform on the disc of radius 1 around the origin less the disc of radius 0.6 around
// (0.5, 0).
type Crescent struct{}

const (
	crescentRadius  = 1.0
	crescentHole    = 0.6
	crescentHoleAtX = 0.5
	crescentTip     = (crescentRadius*crescentRadius + crescentHoleAtX*crescentHoleAtX - crescentHole*crescentHole) / (2 * crescentHoleAtX) // The x where the circles meet.
)

func (Crescent) Name() string { return "crescent" }
func (Crescent) Dim() int     { return 2 }

// Sample draws a point (cos a, sin a) of the large circle and then one on the way to it from the hole's
// centre c, outside of the hole. Up to the angle a, that way sweeps twice the area
//
//	swept(a) = a - c·sin(a) - 0.6²·φ(a)
//
// of the upper half of the crescent: the large disc's sector, less the triangle between the centres and the
// circle's point, less the hole's sector, whose angle is φ. So a is the inverse of swept at a uniform number.
func (Crescent) Sample(scope *model.Scope, g *Graph, n int) *Node {
	uniform := func() *Node { return random.Uniform(scope, g, n, 1) }
	const c, hole = crescentHoleAtX, crescentHole * crescentHole
	first := math.Acos(crescentTip)
	sweptFirst := first - c*math.Sin(first) - hole*math.Atan2(math.Sin(first), math.Cos(first)-c)
	sweptAll := math.Pi - hole*math.Pi

	signed := AddScalar(MulScalar(uniform(), 2), -1) // Its sign chooses the upper half or the lower.
	u := Abs(signed)
	wanted := AddScalar(MulScalar(u, sweptAll-sweptFirst), sweptFirst)
	a := AddScalar(MulScalar(Sqrt(u), math.Pi-first), first) // Within 0.1; Newton's method does the rest.
	for range 3 {
		x, y := AddScalar(Cos(a), -c), Abs(Sin(a)) // From the hole's centre. Rounding may bring a beyond π.
		swept := Sub(Sub(a, MulScalar(y, c)), MulScalar(Atan2(y, x), hole))
		slope := Mul(OneMinus(MulScalar(Cos(a), c)), OneMinus(Div(Scalar(g, dtypes.Float32, hole), Add(Square(x), Square(y)))))
		a = Sub(a, Div(Sub(swept, wanted), MaxScalar(slope, 1e-3))) // The slope is 0 at the tip.
	}
	x, y := AddScalar(Cos(a), -c), Mul(Sign(signed), Sin(a))
	// Of the square of the distance from the hole's centre, the area is a linear function.
	whole := Add(Square(x), Square(y))
	part := Sqrt(Div(AddScalar(Mul(uniform(), AddScalar(whole, -hole)), hole), whole))
	return Concatenate([]*Node{AddScalar(Mul(part, x), c), Mul(part, y)}, -1)
}

// Contains says whether a point lies on the large disc and not inside the small one.
func (Crescent) Contains(point []float64) bool {
	if len(point) != 2 {
		return false
	}
	x, y := point[0], point[1]
	return math.Hypot(x, y) <= crescentRadius && math.Hypot(x-crescentHoleAtX, y) >= crescentHole
}
