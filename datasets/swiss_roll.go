package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// SwissRoll is scikit-learn's make_swiss_roll in a tenth of its size: angles θ uniform from 1.5π to 4.5π, at the radius
// θ/10, with normal noise of standard deviation 0.05 in each coordinate. Height makes it three-dimensional: its third
// coordinate is uniform from -1 to 1.
type SwissRoll struct{ Height bool }

func (d SwissRoll) Name() string {
	if d.Height {
		return "swiss roll 3d"
	}
	return "swiss roll"
}

func (d SwissRoll) Dim() int {
	if d.Height {
		return 3
	}
	return 2
}

func (d SwissRoll) Sample(scope *model.Scope, g *Graph, n int) *Node {
	angle := MulScalar(AddScalar(random.Uniform(scope, g, n, 1), 0.5), 3*math.Pi)
	coordinates := []*Node{MulScalar(Mul(angle, Cos(angle)), 0.1), MulScalar(Mul(angle, Sin(angle)), 0.1)}
	if d.Height {
		coordinates = append(coordinates, SubScalar(MulScalar(random.Uniform(scope, g, n, 1), 2), 1))
	}
	return Add(Concatenate(coordinates, -1), MulScalar(random.Normal(scope, g, n, d.Dim()), 0.05))
}
