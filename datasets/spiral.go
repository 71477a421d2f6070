package datasets

import (
	"math"
	"sync"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Spiral has three turns: θ = 6π·a·sqrt(b) with a and b uniform on [0, 1] (dense at the centre), radius
// 2·(θ/6π + 0.1), and normal noise of standard deviation 0.05 in each coordinate.
type Spiral struct{}

const (
	spiralAngle  = 6 * math.Pi
	spiralScale  = 2.0
	spiralOffset = 0.1
	spiralNoise  = 0.05
	// Points farther than this from the curve count as off the support: three standard deviations of
	// the noise, which 0.3 % of the distribution's own points exceed.
	spiralTolerance = 0.15
)

func (Spiral) Name() string { return "spiral" }
func (Spiral) Dim() int     { return 2 }

func (Spiral) Sample(scope *model.Scope, g *Graph, n int) *Node {
	turn := Mul(random.Uniform(scope, g, n, 1), Sqrt(random.Uniform(scope, g, n, 1))) // θ/6π.
	angle := MulScalar(turn, spiralAngle)
	radius := MulScalar(AddScalar(turn, spiralOffset), spiralScale)
	curve := Concatenate([]*Node{Mul(radius, Cos(angle)), Mul(radius, Sin(angle))}, -1)
	noise := random.Normal(scope, g, n, 2)
	return Add(curve, MulScalar(noise, spiralNoise))
}

// Contains says whether a point lies within 0.15 of the spiral's curve.
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

// spiralPolyline follows the curve in segments so short (0.01) that it is never 10⁻⁴ away from it.
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

func distanceToSegment(point []float64, from, to [2]float64) float64 {
	dx, dy := to[0]-from[0], to[1]-from[1]
	along := ((point[0]-from[0])*dx + (point[1]-from[1])*dy) / (dx*dx + dy*dy)
	along = math.Min(1, math.Max(0, along))
	return math.Hypot(point[0]-from[0]-along*dx, point[1]-from[1]-along*dy)
}
