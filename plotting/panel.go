package plotting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Panel is one plot of a figure. [Scatter], [Samples], [Trajectories], [Paths], [VectorField],
// [Density], [DensityOf], [Curves], [Lines] and [Images] make panels; the zero Panel can't be
// drawn. [Histograms] and [PairPlot] make figures of further kinds of panels.
//
// A panel is a value: it keeps a copy of its data, can be part of several figures, and no method
// and no figure changes it.
type Panel struct {
	title          string
	note           string // A line of small print below the title.
	xLabel, yLabel string
	plotters       []plot.Plotter // In the order they are drawn.
	legend         []legendEntry
	x, y           span
	square         bool  // Whether it shares axes of the same scale with other such panels.
	opaque         bool  // Whether it covers all its data area.
	shape          shape // If it isn't square.
	alt            description
	err            error

	titleUnit, xUnit, yUnit string // At the ends of texts; never shortened.
	xTicks, yTicks          ticker // Set by figures for square panels.
	bare                    bool   // Whether there is no vertical axis.
	lines                   bool   // Whether faint lines run across the data area.

	images       *imageCells // In place of plotters and axes.
	factor       float64     // Of images, in dots per pixel. Set by figures.
	rowLabels    []string    // Of images. Figures drop those that repeat.
	columnLabels []string    // Likewise.
}

// shape is the shape of a panel's data area in a figure without square panels.
type shape struct {
	width  vg.Length // At most.
	aspect float64   // The height divided by the width, if there is room.
}

// isEmpty reports whether the panel is an empty space in a figure.
func (p Panel) isEmpty() bool { return len(p.plotters) == 0 && p.images == nil }

// Within returns a copy of the panel whose axes both run from low to high, in the units of the
// data. Whatever lies outside is not drawn. Drawing the copy fails unless low < high and both are
// finite and at most 1e300 in magnitude. It also fails for a [Density] or [DensityOf] with fewer
// than 2 by 2 cells inside, for [Lines], and for [Images], which have no axes.
//
// All panels of a figure except [Curves], [Lines] and [Images] share axes as wide as the widest of
// them: to narrow the axes, call Within on every such panel.
func (p Panel) Within(low, high float64) Panel {
	if p.images != nil {
		p.fail(errors.New("Within needs a panel with axes"))
		return p
	}
	if _, isLogarithmic := p.xTicks.(logTicks); isLogarithmic {
		p.fail(errors.New("Within needs a panel whose axes aren't logarithmic"))
		return p
	}
	if !(low < high) || !canBeShown(low) || !canBeShown(high) {
		p.fail(fmt.Errorf("axes from %v to %v: want finite limits in ascending order", low, high))
		return p
	}
	p.x, p.y = span{low, high}, span{low, high}
	for _, plotter := range p.plotters {
		if density, ok := plotter.(*densityCells); ok && !density.fits(p.x) {
			p.fail(fmt.Errorf(
				"axes from %v to %v: want room for 2 by 2 cells %.3g wide, from %.4g to %.4g",
				low, high, density.width, density.low, density.span().max))
		}
	}
	return p
}

// fit sets the axes so that they show all the data with a margin, at equal scales.
func (p *Panel) fit() {
	x, y := p.dataRange()
	half := 0.54 * math.Max(x.max-x.min, y.max-y.min)
	if half == 0 { // All points are the same.
		half = 1
	}
	p.x, p.y = x.resized(half), y.resized(half)
}

// dataRange returns the ranges of the data along both axes, in data units.
func (p Panel) dataRange() (x, y span) {
	x, y = emptySpan(), emptySpan()
	for _, plotter := range p.plotters {
		if ranger, ok := plotter.(plot.DataRanger); ok {
			xMin, xMax, yMin, yMax := ranger.DataRange()
			x.include(span{xMin, xMax})
			y.include(span{yMin, yMax})
		}
	}
	return x, y
}

// fail records err as the panel's error, unless the panel already has one.
func (p *Panel) fail(err error) {
	if p.err == nil {
		p.err = fmt.Errorf("plotting: panel %q: %w", p.title, err)
	}
}

// canBeShown reports whether x is finite, and so small that the length of an axis can't overflow.
func canBeShown(x float64) bool { return math.Abs(x) <= 1e300 } // False for NaN.

// span is a range along an axis, in data units.
type span struct{ min, max float64 }

// emptySpan returns the span that holds no number.
func emptySpan() span { return span{math.Inf(1), math.Inf(-1)} }

// include widens the span to hold other.
func (s *span) include(other span) {
	s.min, s.max = math.Min(s.min, other.min), math.Max(s.max, other.max)
}

// resized returns the span of length 2*half with the same centre.
func (s span) resized(half float64) span {
	centre := (s.min + s.max) / 2
	return span{centre - half, centre + half}
}
