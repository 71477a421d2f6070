package plotting

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Figure is a grid of panels, made by [Grid], [Row], [Panel.Figure], [Histograms] or [PairPlot].
// The zero Figure can't be drawn. Like a panel it is a value: nothing that happens to its panels
// elsewhere changes it, and several goroutines can draw it at once.
type Figure struct {
	rows   [][]Panel // [rows, columns]. Empty panels are empty spaces.
	layout string    // A sentence for AltText instead of the numbers of rows and columns.
	err    error
}

// Grid lays panels out in rows of the same length. All panels except [Curves], [Lines] and [Images]
// are squares of the same size, and share their axes, which are as wide as the widest of them; only
// the first in a row and the last in a column have numbers. Curves and lines beside squares have
// the height of these. All images have the same scale. One legend at the top serves all panels.
//
// The more panels, the smaller they are: squares have edges from 90 to 320 CSS pixels. Up to eight
// columns fit into 960 CSS pixels, and up to four rows into 560, if no title has two lines. Titles
// that are too long for one line have two.
//
// Drawing the figure returns the errors of all its panels. It also fails without panels, for an
// empty [Panel], and for rows of different lengths.
func Grid(rows ...[]Panel) Figure {
	if len(rows) == 0 || len(rows[0]) == 0 {
		return Figure{err: errors.New("plotting: a grid without panels")}
	}
	var figure Figure
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return Figure{err: fmt.Errorf(
				"plotting: row %d of the grid has %d panels, row 0 has %d",
				i, len(row), len(rows[0]))}
		}
		for j, panel := range row {
			err := panel.err
			if err == nil && panel.isEmpty() {
				err = fmt.Errorf("plotting: row %d, column %d of the grid is an empty Panel", i, j)
			}
			figure.err = errors.Join(figure.err, err)
		}
		figure.rows = append(figure.rows, slices.Clone(row))
	}
	figure.err = errors.Join(figure.err, figure.styleLines())
	return figure
}

// Row lays panels out in one row, as [Grid] does.
func Row(panels ...Panel) Figure { return Grid(panels) }

// Figure returns a figure of this panel alone.
func (p Panel) Figure() Figure { return Row(p) }

// panelCount returns the number of panels.
func (f Figure) panelCount() int {
	panels := 0
	for _, row := range f.rows {
		panels += len(row)
	}
	return panels
}

// maxDots limits the size of a picture, which takes about ten bytes of memory per dot.
const maxDots = 100_000_000

// size returns the width and height of the figure. It returns an error if the figure has one, or if
// at dpi dots per inch it has more than maxDots.
func (f Figure) size(dpi int) (width, height vg.Length, err error) {
	if f.err != nil {
		return 0, 0, f.err
	}
	if len(f.rows) == 0 {
		return 0, 0, errors.New("plotting: an empty figure, want one of Grid, Row or Panel.Figure")
	}
	// Don't lay out panels that can't be drawn even if they are as small as possible.
	width, height = vg.Length(len(f.rows[0]))*minSide, vg.Length(len(f.rows))*minHeight
	if dotCount(width, height, dpi) <= maxDots {
		l := f.layOut()
		width, height = l.width, l.height
	}
	if all := dotCount(width, height, dpi); all > maxDots {
		return 0, 0, fmt.Errorf(
			"plotting: %d × %d panels make %.0f million dots, want at most %d million",
			len(f.rows), len(f.rows[0]), all/1e6, maxDots/1_000_000)
	}
	return width, height, nil
}

// cssSize returns the width and height of the figure in CSS pixels, at which its text has the same
// size as that of all other figures. It returns the errors of [Figure.PNG].
func (f Figure) cssSize() (width, height int, err error) {
	w, h, err := f.size(pictureDPI)
	if err != nil {
		return 0, 0, err
	}
	return int(math.Round(float64(w / cssPixel))), int(math.Round(float64(h / cssPixel))), nil
}

// dotCount returns the number of dots of a picture at dpi dots per inch.
func dotCount(width, height vg.Length, dpi int) float64 {
	return width.Dots(float64(dpi)) * height.Dots(float64(dpi))
}

// draw draws the figure on a white canvas, from its upper left corner.
func (f Figure) draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	l := f.layOut()
	corner := vg.Point{X: canvas.Min.X, Y: canvas.Max.Y}
	f.drawLegend(draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
		Min: corner.Add(vg.Point{X: margin, Y: -l.height}),
		Max: corner.Add(vg.Point{X: l.width - margin, Y: -margin}),
	}})
	for i, row := range l.panels {
		for j, panel := range row {
			if !panel.isEmpty() {
				area := l.dataArea(i, j).Add(corner)
				panel.draw(draw.Canvas{Canvas: canvas.Canvas, Rectangle: area})
			}
		}
	}
}
