package plotting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// arrowsAcross is the number of arrows of a vector field along each axis.
const arrowsAcross = 15

// VectorField shows a velocity in the plane by 15 by 15 arrows on the square [low, high]², whose
// limits are those of [Panel.Within]. The function velocity is called once, with the positions
// [225, 2] of all arrows, and returns their vectors [225, 2]: for instance a model's velocity at a
// fixed time. The longest arrow of a panel is as long as the arrows are apart; a line below the
// title says which length that is, in the units of the data. [Panel.Over] shows points underneath
// the arrows. Drawing the panel fails if the function is nil or returns an error, or if all vectors
// are 0.
func VectorField(
	title string, low, high float64, velocity func(points [][]float64) ([][]float64, error),
) Panel {
	panel := Panel{title: title, square: true}.Within(low, high)
	if panel.err != nil {
		return panel
	}
	if velocity == nil {
		panel.fail(errors.New("the velocity is nil"))
		return panel
	}
	// Arrows are centred in cells, so that none is cut off at the edge.
	positions := newCells(low, high, arrowsAcross)
	vectors, err := velocity(positions.centres())
	if err == nil && len(vectors) != arrowsAcross*arrowsAcross {
		err = fmt.Errorf("%d vectors for %d points", len(vectors), arrowsAcross*arrowsAcross)
	}
	if err == nil {
		err = checkPoints("vectors", vectors)
	}
	if err != nil {
		panel.fail(fmt.Errorf("velocity: %w", err))
		return panel
	}
	arrows := arrowCells{positions, toXYs(vectors)}
	if arrows.longest() == 0 {
		panel.fail(errors.New("the velocity is 0 everywhere"))
		return panel
	}
	panel.note = "longest arrow: " + number(arrows.longest())
	panel.plotters = append(panel.plotters, arrows)
	panel.alt = arrows.describe()
	return panel
}

// arrowCells draws an arrow in the centre of each cell.
type arrowCells struct {
	cells
	vectors plotter.XYs // [arrowsAcross*arrowsAcross], row by row from below.
}

// longest returns the length of the longest vector.
func (a arrowCells) longest() float64 {
	longest := 0.0
	for _, vector := range a.vectors {
		longest = max(longest, math.Hypot(vector.X, vector.Y))
	}
	return longest
}

// Plot draws the arrows whose cells are inside of the axes.
func (a arrowCells) Plot(canvas draw.Canvas, axes *plot.Plot) {
	x, y := axes.Transforms(&canvas)
	cell := x(a.low+a.width) - x(a.low)
	longest := a.longest()
	for i, vector := range a.vectors {
		centre := vg.Point{X: x(a.X(i % a.n)), Y: y(a.Y(i / a.n))}
		half := vg.Point{X: cell / 2, Y: cell / 2}
		if !canvas.Contains(centre.Sub(half)) || !canvas.Contains(centre.Add(half)) {
			continue
		}
		drawArrow(canvas, centre, vg.Point{
			X: vg.Length(vector.X/longest) * cell, Y: vg.Length(vector.Y/longest) * cell,
		})
	}
}

// drawArrow fills an arrow around its centre. Short arrows have shorter heads, but shafts of nearly
// the same width, so that they can be seen. An arrow without a length isn't drawn.
func drawArrow(canvas draw.Canvas, centre, arrow vg.Point) {
	length := vg.Length(math.Hypot(float64(arrow.X), float64(arrow.Y)))
	if length == 0 {
		return
	}
	along := vg.Point{X: arrow.X / length, Y: arrow.Y / length}
	head := min(0.55*length, 5.5*cssPixel)
	shaft := min(0.6*cssPixel, 0.15*length)
	turned := func(x, y vg.Length) vg.Point {
		return centre.Add(vg.Point{X: x*along.X - y*along.Y, Y: x*along.Y + y*along.X})
	}
	var outline vg.Path
	outline.Move(turned(-length/2, -shaft))
	for _, corner := range []vg.Point{
		{X: length/2 - head, Y: -shaft}, {X: length/2 - head, Y: -0.45 * head}, {X: length / 2},
		{X: length/2 - head, Y: 0.45 * head}, {X: length/2 - head, Y: shaft},
		{X: -length / 2, Y: shaft},
	} {
		outline.Line(turned(corner.X, corner.Y))
	}
	outline.Close()
	canvas.SetColor(pathColor)
	canvas.Fill(outline)
}
