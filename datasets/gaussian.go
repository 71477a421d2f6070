package datasets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Gaussian is a normal distribution around the origin with the same standard deviation in every
// direction. The zero value is the standard normal in two dimensions, the source of all training.
type Gaussian struct {
	Deviation  float64 // 1 if 0.
	Dimensions int     // 2 if 0.
}

func (Gaussian) Name() string { return "gaussian" }

func (d Gaussian) Dim() int {
	if d.Dimensions == 0 {
		return 2
	}
	return d.Dimensions
}

func (d Gaussian) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points := random.Normal(scope, g, n, d.Dim())
	if d.Deviation == 0 {
		return points
	}
	return MulScalar(points, d.Deviation)
}
