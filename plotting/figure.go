package plotting

import (
	"errors"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// Figure is a grid of panels, made by [Grid], [Row], [Panel.Figure], [Histograms] or [PairPlot].
// The zero Figure can't be drawn. Like a panel it is a value: nothing that happens to its panels
// elsewhere changes it, and several goroutines can draw it at once.
type Figure struct {
	rows [][]Panel // [rows, columns]. Empty panels are empty spaces.
	err  error
}

// Grid lays panels out in rows of the same length. All panels except [Curves] share their axes,
// which are as wide as the widest of them; only the panels at the left and at the bottom have
// numbers. One legend at the top serves all panels.
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
	return figure
}

// Row lays panels out in one row, as [Grid] does.
func Row(panels ...Panel) Figure { return Grid(panels) }

// Figure returns a figure of this panel alone.
func (p Panel) Figure() Figure { return Row(p) }

// panelCount returns the number of panels.
func (f Figure) panelCount() int {
	count := 0
	for _, row := range f.rows {
		count += len(row)
	}
	return count
}

// maxDots limits the size of a picture, which takes about ten bytes of memory per dot.
const maxDots = 100_000_000

// size returns how large the figure is: as wide as its panels, and so high that panels with equal
// scales are square. It returns an error if the figure has one, or if at dpi dots per inch it has
// more than maxDots.
func (f Figure) size(dpi int) (width, height vg.Length, err error) {
	if f.err != nil {
		return 0, 0, f.err
	}
	if len(f.rows) == 0 {
		return 0, 0, errors.New("plotting: an empty figure, want one of Grid, Row or Panel.Figure")
	}
	panelWidth := curvesWidth
	for _, row := range f.rows {
		for _, panel := range row {
			ofPanel, _ := panel.size(0)
			panelWidth = min(panelWidth, ofPanel)
		}
	}
	width = vg.Length(len(f.rows[0]))*(panelWidth+gap) - gap + 2*margin
	// The room for axes and titles doesn't depend on the height, so measure it at any height.
	height = width
	plots, canvases := f.layOut(draw.NewCanvas(new(recorder.Canvas), width, height))
	for i, row := range f.rows {
		var extra vg.Length
		for j, panel := range row {
			if panel.isEmpty() {
				continue
			}
			data := plots[i][j].DataCanvas(canvases[i][j]).Rectangle.Size()
			_, want := panel.size(data.X)
			if j == 0 || want-data.Y > extra {
				extra = want - data.Y
			}
		}
		height += extra
	}
	if dots := dotCount(width, height, dpi); dots > maxDots {
		return 0, 0, fmt.Errorf(
			"plotting: %d × %d panels make %.0f million dots, want at most %d million",
			len(f.rows), len(f.rows[0]), dots/1e6, maxDots/1_000_000)
	}
	return width, height, nil
}

// dotCount returns the number of dots of a picture at dpi dots per inch.
func dotCount(width, height vg.Length, dpi int) float64 {
	return width.Dots(float64(dpi)) * height.Dots(float64(dpi))
}

// layOut makes a plot of every panel, nil for an empty one, and divides a canvas among the plots,
// so that their data areas are aligned and equally large. Both results are [rows, columns].
func (f Figure) layOut(canvas draw.Canvas) ([][]*plot.Plot, [][]draw.Canvas) {
	top := margin
	if len(f.legend()) > 0 {
		top += legendHeight
	}
	canvas = draw.Crop(canvas, margin, -margin, margin, -top)
	tiles := draw.Tiles{Rows: len(f.rows), Cols: len(f.rows[0]), PadX: gap, PadY: gap}
	// Align measures the plots in tiles of the same width, axes included. In the narrowest of them,
	// names and numbers below an axis would stick out of it, which shrinks the axis.
	narrow := f.plots()
	for i, row := range f.rows {
		for j, panel := range row {
			if panel.width > 0 {
				narrow[i][j].X.Tick.Marker = narrowTicks{panel.xTicks}
				if panel.xLabel != "" {
					narrow[i][j].X.Label.Text = "\u200b"
				}
			}
		}
	}
	return f.plots(), plot.Align(narrow, tiles, canvas)
}

// plots makes a plot of every panel, [rows, columns], nil for an empty one. Those with equal scales
// have the same axes.
func (f Figure) plots() [][]*plot.Plot {
	x, y := emptySpan(), emptySpan()
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.square {
				x.include(panel.x)
				y.include(panel.y)
			}
		}
	}
	plots := make([][]*plot.Plot, len(f.rows))
	for i, row := range f.rows {
		for j, panel := range row {
			if panel.isEmpty() {
				plots[i] = append(plots[i], nil)
				continue
			}
			if panel.square {
				panel.x, panel.y = x, y
				panel.xTicks = ticks{labels: i == len(f.rows)-1, inner: true}
				panel.yTicks = ticks{labels: j == 0, inner: true}
			}
			plots[i] = append(plots[i], panel.newPlot())
		}
	}
	return plots
}

// draw draws the figure on a white canvas.
func (f Figure) draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	f.drawLegend(draw.Crop(canvas, margin, -margin, margin, -margin))
	plots, canvases := f.layOut(canvas)
	for i := range plots {
		for j := range plots[i] {
			if plots[i][j] != nil {
				plots[i][j].Draw(canvases[i][j])
			}
		}
	}
}
