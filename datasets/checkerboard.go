package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Checkerboard is [-1.5, 1.5]² cut into 4 × 4 cells, uniform on the eight cells (i, j) whose indices are
// both even or both odd.
type Checkerboard struct{}

const (
	checkerboardEdge = 1.5
	checkerboardCell = 0.75
)

func (Checkerboard) Name() string { return "checkerboard" }
func (Checkerboard) Dim() int     { return 2 }

// Sample draws a point of the square and a choice between the two kinds of cells: the cell's column is
// the point's, its row the one of two neighbouring rows that has the right parity.
func (c Checkerboard) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := c.SampleLabelled(scope, g, n)
	return points
}

// Classes is the number of cells that are filled: each is a class, column by column from below.
func (Checkerboard) Classes() int { return 8 }

func (Checkerboard) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	x := MulScalar(random.Uniform(scope, g, n, 1), 4) // In cells, from 0.
	y := MulScalar(random.Uniform(scope, g, n, 1), 2)
	i, pair := Floor(x), Floor(y)
	odd := Sub(i, MulScalar(Floor(MulScalar(i, 0.5)), 2))
	y = Add(y, Add(pair, odd)) // Row 2·pair or 2·pair + 1, and the place within it.
	cells := Concatenate([]*Node{x, y}, -1)
	classes = ConvertDType(OnePlus(Add(MulScalar(i, 2), pair)), dtypes.Int32)
	return AddScalar(MulScalar(cells, checkerboardCell), -checkerboardEdge), classes
}

// Contains says whether a point lies on one of the eight cells.
func (Checkerboard) Contains(point []float64) bool {
	if len(point) != 2 {
		return false
	}
	i := math.Floor((point[0] + checkerboardEdge) / checkerboardCell)
	j := math.Floor((point[1] + checkerboardEdge) / checkerboardCell)
	inside := 0 <= i && i < 4 && 0 <= j && j < 4
	return inside && math.Mod(i+j, 2) == 0
}
