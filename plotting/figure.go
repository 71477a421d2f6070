package plotting

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// Figure is a grid of panels.
type Figure struct {
	rows [][]Panel
	err  error
}

// Grid lays panels out in rows of the same length. Scatter plots get the same axes, so wide that all of
// each is seen, and only those at the edge have numbers on them; one legend above serves all.
func Grid(rows ...[]Panel) Figure {
	figure := Figure{rows: rows}
	if len(rows) == 0 || len(rows[0]) == 0 {
		figure.err = errors.New("plotting: a grid without panels")
		return figure
	}
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			figure.err = fmt.Errorf("plotting: row %d of the grid has %d panels, the first has %d", i, len(row), len(rows[0]))
			return figure
		}
		for j, panel := range row {
			if panel.plot == nil {
				panel.err = fmt.Errorf("plotting: panel %d of row %d of the grid is empty: make it by a function of this package", j, i)
			}
			figure.err = errors.Join(figure.err, panel.err)
		}
	}
	if figure.err == nil {
		figure.shareAxes()
	}
	return figure
}

// Row is a grid of one row.
func Row(panels ...Panel) Figure { return Grid(panels) }

// Figure is the panel alone.
func (p Panel) Figure() Figure { return Row(p) }

// check says why the figure can't be drawn with so many dots per inch.
func (f Figure) check(resolution int) error {
	if f.err == nil && len(f.rows) == 0 {
		return errors.New("plotting: an empty figure: make it by Grid, Row, or a panel's Figure")
	}
	if f.err != nil {
		return f.err
	}
	width, height := f.size()
	if dots := width.Dots(float64(resolution)) * height.Dots(float64(resolution)); dots > maxDots {
		return fmt.Errorf("plotting: a grid of %d × %d panels is a picture of %.0f million dots, it must be at most %d: make several", len(f.rows), len(f.rows[0]), dots/1e6, maxDots/1_000_000)
	}
	return nil
}

// maxDots is how large a picture may be; in memory each dot takes some ten bytes.
const maxDots = 100_000_000

// panels is the number of panels.
func (f Figure) panels() int {
	if len(f.rows) == 0 {
		return 0
	}
	return len(f.rows) * len(f.rows[0])
}

func (f Figure) shareAxes() {
	x, y := span{math.Inf(1), math.Inf(-1)}, span{math.Inf(1), math.Inf(-1)}
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.square {
				x.include(panel.plot.X)
				y.include(panel.plot.Y)
			}
		}
	}
	for i, row := range f.rows {
		for j, panel := range row {
			if !panel.square {
				continue
			}
			p := panel.plot
			p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.min, x.max, y.min, y.max
			p.X.Tick.Marker = ticks{labels: i == len(f.rows)-1, inner: true}
			p.Y.Tick.Marker = ticks{labels: j == 0, inner: true}
		}
	}
}

type span struct{ min, max float64 }

func (s *span) include(axis plot.Axis) {
	s.min, s.max = math.Min(s.min, axis.Min), math.Max(s.max, axis.Max)
}

// size finds how large the figure is: as wide as its panels, and so high that scatter plots are square.
func (f Figure) size() (width, height vg.Length) {
	columns := vg.Length(len(f.rows[0]))
	panelWidth := curvesWidth
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.square {
				panelWidth = scatterWidth
			}
		}
	}
	width = columns*(panelWidth+gap) - gap + 2*margin
	height = width // To begin with: what axes and titles take doesn't depend on it.
	canvases := f.align(draw.NewCanvas(new(recorder.Canvas), width, height))
	for i, row := range f.rows {
		var extra vg.Length
		for j, panel := range row {
			data := panel.plot.DataCanvas(canvases[i][j]).Rectangle.Size()
			want := curvesHeight
			if panel.square {
				want = data.X
			}
			if j == 0 || want-data.Y > extra {
				extra = want - data.Y
			}
		}
		height += extra
	}
	return width, height
}

// align divides a canvas among the panels so that their data areas are in line and of one size.
func (f Figure) align(canvas draw.Canvas) [][]draw.Canvas {
	plots := make([][]*plot.Plot, len(f.rows))
	for i, row := range f.rows {
		for _, panel := range row {
			plots[i] = append(plots[i], panel.plot)
		}
	}
	top := margin
	if len(f.legend()) > 0 {
		top += legendHeight
	}
	canvas = draw.Crop(canvas, margin, -margin, margin, -top)
	return plot.Align(plots, draw.Tiles{Rows: len(f.rows), Cols: len(f.rows[0]), PadX: gap, PadY: gap}, canvas)
}

func (f Figure) draw(canvas draw.Canvas) {
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	f.drawLegend(draw.Crop(canvas, margin, -margin, margin, -margin))
	canvases := f.align(canvas)
	for i, row := range f.rows {
		for j, panel := range row {
			panel.plot.Draw(canvases[i][j])
		}
	}
}
