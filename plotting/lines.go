package plotting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Line is a line of [Lines]: through points with a marker each, or at a level.
type Line struct {
	Name string    // In the legend. Lines without a name share a style and have no entry.
	X    []float64 // [n], from 1e-300 to 1e300; nil for a dashed line across the panel at Y[0].
	Y    []float64 // [n], n > 0, from 1e-300 to 1e300; [1] if X is nil.
}

// Lines shows one quantity against another on logarithmic axes, for instance the quality of samples
// against the seconds of training: a line with markers for each setting, through its points in
// their order, and dashed lines at levels to compare with. The axes are labelled x and y, which
// should name the units. Earlier lines are drawn over later ones. Without lines, the axes are
// empty.
//
// Lines of the same name have the same colour and marker in all panels of a [Figure], and one entry
// in its legend. Drawing fails for a figure with more than 12 names, or more than 3 of levels, and
// for lines whose values are out of the range that [Line] gives, or whose X and Y have unequal
// lengths.
func Lines(title, x, y string, lines ...Line) Panel {
	panel := Panel{
		title: title, xLabel: x, yLabel: y, shape: curvesShape, lines: true,
		xTicks: logTicks{}, yTicks: logTicks{vertical: true},
	}
	drawn := make(logLines, len(lines))
	for k, line := range lines {
		points, err := line.logarithms()
		if err != nil {
			panel.fail(fmt.Errorf("line %q: %w", line.Name, err))
			return panel
		}
		drawn[k] = logLine{name: line.Name, points: points, isLevel: line.X == nil}
	}
	panel.plotters = []plot.Plotter{drawn}
	panel.alt = describeLines(x, y, lines)
	panel.x, panel.y = panel.dataRange()
	panel.x, panel.y = panel.x.forLogarithms(), panel.y.forLogarithms()
	return panel
}

// logarithms returns the points' decimal logarithms, or an error if the line can't be shown. The x
// of a level is 0.
func (l Line) logarithms() (plotter.XYs, error) {
	switch {
	case len(l.Y) == 0:
		return nil, errors.New("Y has no values")
	case l.X == nil && len(l.Y) > 1:
		return nil, fmt.Errorf("X is nil and Y has %d values, want 1 for a level", len(l.Y))
	case l.X != nil && len(l.X) != len(l.Y):
		return nil, fmt.Errorf("X has %d values, Y has %d", len(l.X), len(l.Y))
	}
	points := make(plotter.XYs, len(l.Y))
	var err error
	logarithm := func(name string, i int, value float64) float64 {
		if err == nil && !(value >= 1e-300 && value <= 1e300) {
			err = fmt.Errorf("%s[%d] is %v, want a positive number from 1e-300 to 1e300",
				name, i, value)
		}
		return math.Log10(value)
	}
	for i := range points {
		if l.X != nil {
			points[i].X = logarithm("X", i, l.X[i])
		}
		points[i].Y = logarithm("Y", i, l.Y[i])
	}
	return points, err
}

// logLine is a line in decimal logarithms. Figures set the style.
type logLine struct {
	name    string
	points  plotter.XYs // [n], n > 0.
	isLevel bool        // Whether it runs across the panel at the y of its only point.
	style   lineStyle
}

// logLines are the lines of a panel.
type logLines []logLine

// DataRange returns the ranges of the logarithms, of which levels have only that along y.
func (lines logLines) DataRange() (xMin, xMax, yMin, yMax float64) {
	x, y := emptySpan(), emptySpan()
	for _, line := range lines {
		left, right, bottom, top := plotter.XYRange(line.points)
		y.include(span{bottom, top})
		if !line.isLevel {
			x.include(span{left, right})
		}
	}
	return x.min, x.max, y.min, y.max
}

// forLogarithms returns the axis for a range of logarithms: with a margin, and from 1 to 10 without
// any.
func (s span) forLogarithms() span {
	if s.min > s.max {
		return span{0, 1}
	}
	length := s.max - s.min
	return s.resized(length/2 + max(0.06*length, 0.05))
}
