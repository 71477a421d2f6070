package datasets

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Gaussian is the normal distribution N(0, Deviation²·I) around the origin. The zero value is the
// standard normal distribution in two dimensions, the noise that a flow starts from.
type Gaussian struct {
	Deviation  float64 // Standard deviation of each coordinate; 0 means 1.
	Dimensions int     // Number of coordinates; 0 means 2.
}

// Name returns "gaussian".
func (Gaussian) Name() string { return "gaussian" }

// Dim returns Dimensions, or 2 if Dimensions is 0.
func (d Gaussian) Dim() int {
	if d.Dimensions == 0 {
		return 2
	}
	return d.Dimensions
}

// Fingerprint returns the name, the standard deviation and the number of coordinates. The defaults
// count as what they stand for.
func (d Gaussian) Fingerprint() string {
	deviation := d.Deviation
	if deviation == 0 {
		deviation = 1
	}
	return fmt.Sprintf("gaussian, deviation %v, dim %d", deviation, d.Dim())
}

// Sample builds n points, float32 [n, Dim()].
func (d Gaussian) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points := random.Normal(scope, g, n, d.Dim())
	if d.Deviation == 0 {
		return points
	}
	return MulScalar(points, d.Deviation)
}
