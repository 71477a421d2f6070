package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Checkerboard is the uniform distribution on 8 of the 4 × 4 cells that [-1.5, 1.5]² is cut into:
// the cells (column i, row j) whose indices are both even or both odd, counted from the lower left.
type Checkerboard struct{}

const (
	checkerboardEdge = 1.5
	checkerboardCell = 0.75
)

// Name returns "checkerboard".
func (Checkerboard) Name() string { return "checkerboard" }

// Dim returns 2.
func (Checkerboard) Dim() int { return 2 }

// Fingerprint returns "checkerboard": a Checkerboard has no parameters.
func (Checkerboard) Fingerprint() string { return "checkerboard" }

// Sample builds n points, float32 [n, 2]. It draws a point of a board with 4 columns and 2 rows;
// each of its cells stands for two neighbouring cells of a column, one of which is filled.
func (c Checkerboard) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := c.SampleLabelled(scope, g, n)
	return points
}

// Classes returns 8: each filled cell is a class. Classes count from 1 at the lower left, upwards
// within a column, then column by column to the right.
func (Checkerboard) Classes() int { return 8 }

// SampleLabelled builds the points of Sample, float32 [n, 2], and the class of each point's cell,
// int32 [n, 1], from 1 to 8.
func (Checkerboard) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	x := MulScalar(random.Uniform(scope, g, n, 1), 4) // In cells, from 0 to 4.
	y := MulScalar(random.Uniform(scope, g, n, 1), 2)
	i, pair := Floor(x), Floor(y)
	odd := Sub(i, MulScalar(Floor(MulScalar(i, 0.5)), 2))
	y = Add(y, Add(pair, odd)) // Row 2·pair or 2·pair + 1, plus the height within the cell.
	cells := Concatenate([]*Node{x, y}, -1)
	classes = ConvertDType(OnePlus(Add(MulScalar(i, 2), pair)), dtypes.Int32)
	return AddScalar(MulScalar(cells, checkerboardCell), -checkerboardEdge), classes
}

// Contains reports whether a point [2] lies on one of the eight filled cells, each with its left
// and lower edge. A point with another number of coordinates does not.
func (Checkerboard) Contains(point []float64) bool {
	if len(point) != 2 {
		return false
	}
	i := math.Floor((point[0] + checkerboardEdge) / checkerboardCell)
	j := math.Floor((point[1] + checkerboardEdge) / checkerboardCell)
	inside := 0 <= i && i < 4 && 0 <= j && j < 4
	return inside && math.Mod(i+j, 2) == 0
}
