package plotting

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// arrowsAcross is the number of arrows of a vector field along each axis.
const arrowsAcross = 21

// VectorField shows a velocity in the plane by 21 by 21 arrows on the square [low, high]², whose
// limits are those of [Panel.Within]. The function velocity is called once, with the positions
// [441, 2] of all arrows, and returns their vectors [441, 2]: for instance a model's velocity at a
// fixed time. The longest arrow of a panel is as long as the arrows are apart, so that lengths can
// be compared within a panel only. Drawing the panel fails if the function is nil or returns an
// error, or if all vectors are 0.
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
	if arrows.areZero() {
		panel.fail(errors.New("the velocity is 0 everywhere"))
		return panel
	}
	field := plotter.NewField(arrows)
	field.LineStyle.Color = targetColor
	field.DrawGlyph = drawArrow
	panel.plotters = append(panel.plotters, field)
	return panel
}

// arrowCells holds the vector of each cell. It implements gonum's plotter.FieldXY.
type arrowCells struct {
	cells
	vectors plotter.XYs // [arrowsAcross*arrowsAcross], row by row from below.
}

func (a arrowCells) Vector(column, row int) plotter.XY { return a.vectors[row*a.n+column] }

// areZero reports whether every vector is 0.
func (a arrowCells) areZero() bool {
	for _, vector := range a.vectors {
		if vector.X != 0 || vector.Y != 0 {
			return false
		}
	}
	return true
}

// drawArrow fills an arrow from (-1, 0) to (1, 0), which gonum's Field turns and scales to its
// vector. It is filled because a line's width would be scaled too: short vectors would be
// invisible.
func drawArrow(canvas vg.Canvas, style draw.LineStyle, vector plotter.XY) {
	if vector.X == 0 && vector.Y == 0 {
		return // Field doesn't scale the arrow of a zero vector, which would be an inch long.
	}
	const shaft, head, neck = 0.10, 0.36, 0.2
	var arrow vg.Path
	arrow.Move(vg.Point{X: -1, Y: -shaft})
	for _, corner := range []vg.Point{
		{X: neck, Y: -shaft}, {X: neck, Y: -head}, {X: 1},
		{X: neck, Y: head}, {X: neck, Y: shaft}, {X: -1, Y: shaft},
	} {
		arrow.Line(corner)
	}
	arrow.Close()
	canvas.SetColor(style.Color)
	canvas.Fill(arrow)
}
