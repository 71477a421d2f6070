package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// SwissRoll is a distribution on a spiral with angles θ uniform on [1.5π, 4.5π) and radius θ/10,
// with normal noise of standard deviation 0.05 added to each coordinate: scikit-learn's
// make_swiss_roll at a tenth of its size.
type SwissRoll struct {
	Height bool // Adds a third coordinate, uniform on [-1, 1) before the noise.
}

// Name returns "swiss roll", or "swiss roll 3d" with Height.
func (d SwissRoll) Name() string {
	if d.Height {
		return "swiss roll 3d"
	}
	return "swiss roll"
}

// Dim returns 2, or 3 with Height.
func (d SwissRoll) Dim() int {
	if d.Height {
		return 3
	}
	return 2
}

// Fingerprint returns the name, which tells whether there is a height.
func (d SwissRoll) Fingerprint() string { return d.Name() }

// Sample builds n points, float32 [n, Dim()].
func (d SwissRoll) Sample(scope *model.Scope, g *Graph, n int) *Node {
	angle := MulScalar(AddScalar(random.Uniform(scope, g, n, 1), 0.5), 3*math.Pi)
	x, y := MulScalar(Mul(angle, Cos(angle)), 0.1), MulScalar(Mul(angle, Sin(angle)), 0.1)
	coordinates := []*Node{x, y}
	if d.Height {
		z := SubScalar(MulScalar(random.Uniform(scope, g, n, 1), 2), 1)
		coordinates = append(coordinates, z)
	}
	noise := random.Normal(scope, g, n, d.Dim())
	return Add(Concatenate(coordinates, -1), MulScalar(noise, 0.05))
}
