package plotting

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// arrowsAcross is the number of arrows in a row of a vector field.
const arrowsAcross = 21

// VectorField shows a velocity in the plane by arrows, on the square from low to high. The velocity is
// asked for once, for all points [n][2] that have an arrow, and returns a vector [2] for each; a
// model's Field is such a function once the times are given. The longest arrow of a panel is as long as
// the arrows are apart, whatever its velocity.
func VectorField(title string, low, high float64, velocity func(points [][]float64) ([][]float64, error)) Panel {
	panel := Panel{plot: newPlot(title), square: true}.Within(low, high)
	if panel.err != nil {
		return panel
	}
	// Arrows are centred in the cells of a lattice, so that none is cut off at the edge.
	cell := (high - low) / arrowsAcross
	points := make([][]float64, 0, arrowsAcross*arrowsAcross)
	for row := range arrowsAcross {
		for column := range arrowsAcross {
			points = append(points, []float64{low + cell*(float64(column)+0.5), low + cell*(float64(row)+0.5)})
		}
	}
	if velocity == nil {
		panel.fail(errors.New("the velocity is nil"))
		return panel
	}
	vectors, err := velocity(points)
	if err == nil && len(vectors) != len(points) {
		err = fmt.Errorf("there are %d vectors for %d points", len(vectors), len(points))
	}
	if err == nil {
		err = checkPoints(vectors)
	}
	if err != nil {
		panel.fail(fmt.Errorf("the velocity: %w", err))
		return panel
	}
	lattice := lattice{points, vectors}
	if lattice.isZero() {
		panel.fail(errors.New("the velocity is 0 everywhere"))
		return panel
	}
	field := plotter.NewField(lattice)
	field.LineStyle.Color = targetColor
	field.DrawGlyph = drawArrow
	panel.plot.Add(field)
	return panel.Within(low, high)
}

// lattice is what gonum/plot draws a field of, rows of arrowsAcross points and their vectors.
type lattice struct{ points, vectors [][]float64 }

func (l lattice) Dims() (columns, rows int) { return arrowsAcross, arrowsAcross }
func (l lattice) X(column int) float64      { return l.points[column][0] }
func (l lattice) Y(row int) float64         { return l.points[row*arrowsAcross][1] }

func (l lattice) Vector(column, row int) plotter.XY {
	vector := l.vectors[row*arrowsAcross+column]
	return plotter.XY{X: vector[0], Y: vector[1]}
}

func (l lattice) isZero() bool {
	for _, vector := range l.vectors {
		if vector[0] != 0 || vector[1] != 0 {
			return false
		}
	}
	return true
}

// drawArrow fills an arrow from (-1, 0) to (1, 0), which the field turns and scales to its vector. A line
// would be scaled in its width too, and hardly be seen where the vector is short.
func drawArrow(canvas vg.Canvas, style draw.LineStyle, vector plotter.XY) {
	if vector.X == 0 && vector.Y == 0 {
		return // It is not scaled, and would be an inch long.
	}
	const shaft, head, neck = 0.10, 0.36, 0.2
	var arrow vg.Path
	arrow.Move(vg.Point{X: -1, Y: -shaft})
	for _, corner := range []vg.Point{{X: neck, Y: -shaft}, {X: neck, Y: -head}, {X: 1}, {X: neck, Y: head}, {X: neck, Y: shaft}, {X: -1, Y: shaft}} {
		arrow.Line(corner)
	}
	arrow.Close()
	canvas.SetColor(style.Color)
	canvas.Fill(arrow)
}
