package datasets

import (
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Points is a distribution of the user's own: each of a set of points is as likely as any other.
type Points struct {
	values *tensors.Tensor // Float32 [n, dim], never changed.
}

// FromPoints makes a distribution of points [n][dim]. The error names the point that is empty, of
// another length than the first, not finite, or too large for float32.
func FromPoints(points [][]float64) (*Points, error) {
	if len(points) == 0 {
		return nil, errors.New("datasets: there are no points")
	}
	dim := len(points[0])
	flat := make([]float32, 0, len(points)*dim)
	for i, point := range points {
		if len(point) == 0 || len(point) != dim {
			return nil, fmt.Errorf("datasets: points[%d] has %d coordinates, points[0] has %d: all must have as many, and at least one", i, len(point), dim)
		}
		for j, coordinate := range point {
			if err := checkCoordinate(coordinate); err != nil {
				return nil, fmt.Errorf("datasets: points[%d][%d] %w", i, j, err)
			}
			flat = append(flat, float32(coordinate))
		}
	}
	return &Points{tensors.FromFlatDataAndDimensions(flat, len(points), dim)}, nil
}

func checkCoordinate(coordinate float64) error {
	if math.IsNaN(coordinate) || math.Abs(coordinate) > math.MaxFloat32 {
		return fmt.Errorf("is %v, it must be a finite number of float32's range", coordinate)
	}
	return nil
}

func (p *Points) Name() string { return "points" }

// Len is the number of points.
func (p *Points) Len() int { return p.values.Shape().Dim(0) }

// Dim is the number of coordinates of a point.
func (p *Points) Dim() int { return p.values.Shape().Dim(1) }

// Sample draws n of the points, with replacement.
func (p *Points) Sample(scope *model.Scope, g *Graph, n int) *Node {
	all := scope.GetVariable("points")
	if all == nil {
		// A copy, because a store ends the tensors that it holds.
		copied, err := p.values.LocalClone()
		if err != nil {
			panic(err)
		}
		all = scope.VariableWithValue("points", copied)
	}
	chosen := scope.RandomIntN(g, int32(p.Len()), shapes.Make(dtypes.Int32, n, 1))
	return Gather(all.NodeValue(g), chosen)
}
