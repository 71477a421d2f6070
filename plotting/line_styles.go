package plotting

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// lineStyle is how a line of [Lines] looks.
type lineStyle struct {
	line   draw.LineStyle
	marker marker // Levels have none.
}

// maxLineStyles is the number of styles of lines: each colour with a filled and a hollow marker.
var maxLineStyles = 2 * len(palette)

// levelDashes are the dashes of levels, which all have the same colour.
var levelDashes = [][]vg.Length{
	{5 * cssPixel, 3 * cssPixel},
	{1.5 * cssPixel, 2.5 * cssPixel},
	{9 * cssPixel, 3 * cssPixel, 1.5 * cssPixel, 3 * cssPixel},
}

// newLineStyle returns style k of maxLineStyles.
func newLineStyle(k int) lineStyle {
	colour, round := k%len(palette), k/len(palette)
	drawn := markers[(k+3*round)%len(markers)]
	drawn.isHollow = round > 0
	return lineStyle{
		line:   draw.LineStyle{Color: palette[colour], Width: 1.75 * cssPixel},
		marker: drawn,
	}
}

// newLevelStyle returns style k of levels.
func newLevelStyle(k int) lineStyle {
	return lineStyle{line: draw.LineStyle{
		Color: pathColor, Width: 1.25 * cssPixel, Dashes: levelDashes[k],
	}}
}

// lineNames are the names of the lines and of the levels in a figure. Each has a style.
type lineNames struct{ lines, levels []string }

// styleLines gives lines of the same name the same style, in the order of the first of each name,
// and puts them into the legend. It returns an error for more names than there are styles.
func (f Figure) styleLines() error {
	var known lineNames
	for _, row := range f.rows {
		for j := range row {
			for _, shown := range row[j].plotters {
				if lines, ok := shown.(logLines); ok {
					lines, row[j].legend = known.styled(lines)
					row[j].plotters = []plot.Plotter{lines}
				}
			}
		}
	}
	switch {
	case len(known.lines) > maxLineStyles:
		return fmt.Errorf("plotting: lines with %d names in a figure, want at most %d",
			len(known.lines), maxLineStyles)
	case len(known.levels) > len(levelDashes):
		return fmt.Errorf("plotting: levels with %d names in a figure, want at most %d",
			len(known.levels), len(levelDashes))
	}
	return nil
}

// styled returns a copy of lines with their styles, and the entries of the legend.
func (n *lineNames) styled(lines logLines) (styled logLines, legend []legendEntry) {
	index := func(name string, known *[]string) int {
		if !slices.Contains(*known, name) {
			*known = append(*known, name)
		}
		return slices.Index(*known, name)
	}
	for _, line := range lines {
		if line.isLevel {
			line.style = newLevelStyle(index(line.name, &n.levels) % len(levelDashes))
		} else {
			line.style = newLineStyle(index(line.name, &n.lines) % maxLineStyles)
		}
		styled = append(styled, line)
		if line.name != "" {
			legend = append(legend, legendEntry{line.name, line})
		}
	}
	return styled, legend
}

// Plot draws levels, then lines, then markers, the first line last.
func (lines logLines) Plot(canvas draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&canvas)
	for _, line := range lines {
		if line.isLevel {
			y := toY(line.points[0].Y)
			canvas.StrokeLine2(line.style.line, canvas.Min.X, y, canvas.Max.X, y)
		}
	}
	var through [][]vg.Point
	var styles []lineStyle
	for _, line := range slices.Backward(lines) {
		if line.isLevel {
			continue
		}
		var points []vg.Point
		for _, point := range line.points {
			points = append(points, vg.Point{X: toX(point.X), Y: toY(point.Y)})
		}
		canvas.StrokeLines(line.style.line, points)
		through, styles = append(through, points), append(styles, line.style)
	}
	for k, points := range through {
		for _, point := range points {
			styles[k].marker.draw(canvas, styles[k].line.Color, point)
		}
	}
}

// Thumbnail draws a piece of the line with a marker.
func (l logLine) Thumbnail(canvas *draw.Canvas) {
	centre := canvas.Center()
	canvas.StrokeLine2(l.style.line, canvas.Min.X, centre.Y, canvas.Max.X, centre.Y)
	if !l.isLevel {
		l.style.marker.draw(*canvas, l.style.line.Color, centre)
	}
}

// marker is a regular polygon or a star around a point.
type marker struct {
	radius   vg.Length
	corners  int
	turn     float64   // Of the first corner from the right, counter-clockwise in radians.
	inner    vg.Length // The radius of a star's inner corners; 0 for a polygon.
	isHollow bool
}

// markers have about the same area each. A polygon of 40 corners is a circle.
var markers = []marker{
	{radius: 3.8 * cssPixel, corners: 40},
	{radius: 4.8 * cssPixel, corners: 4, turn: math.Pi / 4},
	{radius: 5.2 * cssPixel, corners: 3, turn: math.Pi / 2},
	{radius: 5.2 * cssPixel, corners: 4},
	{radius: 5.2 * cssPixel, corners: 3, turn: -math.Pi / 2},
	{radius: 6 * cssPixel, corners: 5, turn: math.Pi / 2, inner: 2.6 * cssPixel},
}

// draw draws the marker with a white edge, which sets it off from what is below.
func (m marker) draw(canvas draw.Canvas, c color.Color, centre vg.Point) {
	var path vg.Path
	corner := func(radius vg.Length, angle float64) {
		sin, cos := math.Sincos(angle)
		at := centre.Add(vg.Point{X: radius * vg.Length(cos), Y: radius * vg.Length(sin)})
		if len(path) == 0 {
			path.Move(at)
			return
		}
		path.Line(at)
	}
	between := 2 * math.Pi / float64(m.corners)
	for i := range m.corners {
		angle := m.turn + float64(i)*between
		corner(m.radius, angle)
		if m.inner > 0 {
			corner(m.inner, angle+between/2)
		}
	}
	path.Close()
	stroke := func(width vg.Length, c color.Color) {
		canvas.SetLineStyle(draw.LineStyle{Color: c, Width: width})
		canvas.Stroke(path)
	}
	const edge = 1.5 * cssPixel
	fill := c
	if m.isHollow {
		stroke(2*edge, white)
		fill = white
	} else {
		stroke(edge, white)
	}
	canvas.SetColor(fill)
	canvas.Fill(path)
	if m.isHollow {
		stroke(edge, c)
	}
}
