package datasets

import (
	"math"
	"sync"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Spiral is a distribution on a spiral of three turns, denser at its centre, with normal noise of
// standard deviation 0.05 added to each coordinate. The angle and the radius of its curve are
//
//	θ = 6π·a·√b, radius = 2·(θ/6π + 0.1), with a and b uniform on [0, 1)
type Spiral struct{}

const (
	spiralAngle  = 6 * math.Pi
	spiralScale  = 2.0
	spiralOffset = 0.1
	spiralNoise  = 0.05
	// The support reaches this far from the curve: three standard deviations of the noise, which
	// 0.3 % of the distribution's own points exceed.
	spiralTolerance = 0.15
)

// Name returns "spiral".
func (Spiral) Name() string { return "spiral" }

// Dim returns 2.
func (Spiral) Dim() int { return 2 }

// Fingerprint returns "spiral": a Spiral has no parameters.
func (Spiral) Fingerprint() string { return "spiral" }

// Sample builds n points, float32 [n, 2].
func (Spiral) Sample(scope *model.Scope, g *Graph, n int) *Node {
	turn := Mul(random.Uniform(scope, g, n, 1), Sqrt(random.Uniform(scope, g, n, 1))) // θ/6π.
	angle := MulScalar(turn, spiralAngle)
	radius := MulScalar(AddScalar(turn, spiralOffset), spiralScale)
	curve := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	noise := random.Normal(scope, g, n, 2)
	return Add(curve, MulScalar(noise, spiralNoise))
}

// Contains reports whether a point [2] lies within 0.15 of the curve, three standard deviations of
// the noise. A point with another number of coordinates does not.
func (Spiral) Contains(point []float64) bool {
	if len(point) != 2 {
		return false
	}
	polyline := spiralPolyline()
	for i := 1; i < len(polyline); i++ {
		if distanceToSegment(point, polyline[i-1], polyline[i]) <= spiralTolerance {
			return true
		}
	}
	return false
}

// spiralPolyline approximates the curve by segments of about 0.01, to within 10⁻⁴.
var spiralPolyline = sync.OnceValue(func() [][2]float64 {
	polyline := make([][2]float64, 2001)
	for i := range polyline {
		turn := float64(i) / float64(len(polyline)-1)
		sin, cos := math.Sincos(spiralAngle * turn)
		radius := spiralScale * (turn + spiralOffset)
		polyline[i] = [2]float64{radius * cos, radius * sin}
	}
	return polyline
})

// distanceToSegment returns the distance of a point [2] from the segment between two others.
func distanceToSegment(point []float64, from, to [2]float64) float64 {
	dx, dy := to[0]-from[0], to[1]-from[1]
	along := ((point[0]-from[0])*dx + (point[1]-from[1])*dy) / (dx*dx + dy*dy)
	along = math.Min(1, math.Max(0, along))
	return math.Hypot(point[0]-from[0]-along*dx, point[1]-from[1]-along*dy)
}
