package datasets

import (
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Points is the uniform distribution on a finite list of points, made by [FromPoints] or [ReadCSV]:
// the user's own data.
type Points struct {
	values      *tensors.Tensor // Float32 [n, dim], never changed.
	fingerprint func() string   // Computed at the first call.
}

// FromPoints returns the distribution of points [n][dim], with n and dim at least 1; it copies the
// points. All points must have the same number of coordinates, and each coordinate must be finite
// in float32; the error names the point at fault.
func FromPoints(points [][]float64) (*Points, error) {
	if len(points) == 0 {
		return nil, errors.New("datasets: points is empty, it must have at least one point")
	}
	dim := len(points[0])
	flat := make([]float32, 0, len(points)*dim)
	for i, point := range points {
		if len(point) == 0 || len(point) != dim {
			return nil, fmt.Errorf("datasets: points[%d] has %d coordinates, points[0] has %d: "+
				"all must have the same number, at least 1", i, len(point), dim)
		}
		for j, coordinate := range point {
			if err := checkCoordinate(coordinate); err != nil {
				return nil, fmt.Errorf("datasets: points[%d][%d] %w", i, j, err)
			}
			flat = append(flat, float32(coordinate))
		}
	}
	return &Points{
		values: tensors.FromFlatDataAndDimensions(flat, len(points), dim),
		fingerprint: sync.OnceValue(func() string {
			return fmt.Sprintf("points, %d × %d, sha256 %s", len(points), dim, digest(flat))
		}),
	}, nil
}

// checkCoordinate returns an error if a coordinate is not finite in float32; the caller names it.
func checkCoordinate(coordinate float64) error {
	if math.IsNaN(coordinate) || math.Abs(coordinate) > math.MaxFloat32 {
		return fmt.Errorf("is %v, it must be finite and in the range of float32", coordinate)
	}
	return nil
}

// Name returns "points".
func (p *Points) Name() string { return "points" }

// Len returns the number of points.
func (p *Points) Len() int { return p.values.Shape().Dim(0) }

// Dim returns the number of coordinates of a point.
func (p *Points) Dim() int { return p.values.Shape().Dim(1) }

// Fingerprint returns "points, <n> × <dim>, sha256 <first 16 hex digits>": the hash of the float32
// coordinates in their order, little endian. The first call computes the hash.
func (p *Points) Fingerprint() string { return p.fingerprint() }

// Sample builds a choice of n of the points with replacement, float32 [n, Dim()]. The points become
// a variable of scope, so that the graph does not contain them. It panics if they can't be copied.
func (p *Points) Sample(scope *model.Scope, g *Graph, n int) *Node {
	values := scope.GetVariable("points")
	if values == nil {
		// A copy, because a store finalizes its tensors.
		copied, err := p.values.LocalClone()
		if err != nil {
			panic(err)
		}
		values = scope.VariableWithValue("points", copied)
	}
	chosen := scope.RandomIntN(g, int32(p.Len()), shapes.Make(dtypes.Int32, n, 1))
	return Gather(values.NodeValue(g), chosen)
}
