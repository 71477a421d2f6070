package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Crescent is the uniform distribution on the disc of radius 1 around the origin, without the disc
// of radius 0.6 around (0.5, 0), which is called the hole.
type Crescent struct{}

const (
	crescentRadius  = 1.0
	crescentHole    = 0.6
	crescentHoleAtX = 0.5
	// The circles meet at this x.
	crescentTip = (crescentRadius*crescentRadius + crescentHoleAtX*crescentHoleAtX -
		crescentHole*crescentHole) / (2 * crescentHoleAtX)
)

// Name returns "crescent".
func (Crescent) Name() string { return "crescent" }

// Dim returns 2.
func (Crescent) Dim() int { return 2 }

// Fingerprint returns "crescent": a Crescent has no parameters.
func (Crescent) Fingerprint() string { return "crescent" }

// Sample builds n points, float32 [n, 2]. It draws a point (cos a, sin a) of the large circle, then
// a point of the segment that leads there from the edge of the hole, on the line from the hole's
// centre (c, 0). As a grows, that segment sweeps the upper half of the crescent; up to a constant,
// twice the swept area is
//
//	swept(a) = a - c·sin(a) - 0.6²·φ(a)
//
// the sector of the large disc, less the triangle of the two centres and (cos a, sin a), less the
// sector of the hole, whose angle is φ. Newton's method finds the a for which swept(a) is a uniform
// number between its values at the tip and at π.
func (Crescent) Sample(scope *model.Scope, g *Graph, n int) *Node {
	uniform := func() *Node { return random.Uniform(scope, g, n, 1) }
	const c, hole = crescentHoleAtX, crescentHole * crescentHole
	first := math.Acos(crescentTip)
	sweptFirst := first - c*math.Sin(first) - hole*math.Atan2(math.Sin(first), math.Cos(first)-c)
	sweptAll := math.Pi - hole*math.Pi

	signed := AddScalar(MulScalar(uniform(), 2), -1) // Its sign chooses the upper or lower half.
	u := Abs(signed)
	wanted := AddScalar(MulScalar(u, sweptAll-sweptFirst), sweptFirst)
	a := AddScalar(MulScalar(Sqrt(u), math.Pi-first), first) // Within 0.1 of the solution.
	for range 3 {
		// (cos a, sin a) as seen from the hole's centre; Abs because rounding may push a beyond π.
		x, y := AddScalar(Cos(a), -c), Abs(Sin(a))
		swept := Sub(Sub(a, MulScalar(y, c)), MulScalar(Atan2(y, x), hole))
		slope := Mul(OneMinus(MulScalar(Cos(a), c)),
			OneMinus(Div(Scalar(g, dtypes.Float32, hole), Add(Square(x), Square(y)))))
		a = Sub(a, Div(Sub(swept, wanted), MaxScalar(slope, 1e-3))) // The slope is 0 at the tip.
	}
	x, y := AddScalar(Cos(a), -c), Mul(Sign(signed), Sin(a))
	// The area within a distance of the hole's centre is linear in the square of that distance.
	whole := Add(Square(x), Square(y))
	part := Sqrt(Div(AddScalar(Mul(uniform(), AddScalar(whole, -hole)), hole), whole))
	return Concatenate([]*Node{AddScalar(Mul(part, x), c), Mul(part, y)}, -1)
}

// Contains reports whether a point [2] lies on the large disc and not inside the hole; both edges
// belong to the crescent. A point with another number of coordinates does not.
func (Crescent) Contains(point []float64) bool {
	if len(point) != 2 {
		return false
	}
	x, y := point[0], point[1]
	return math.Hypot(x, y) <= crescentRadius && math.Hypot(x-crescentHoleAtX, y) >= crescentHole
}
