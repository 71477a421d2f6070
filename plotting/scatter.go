package plotting

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scatter shows points [n, 2], n > 0, as translucent blue dots, larger and darker ones if they are
// few.
func Scatter(title string, points [][]float64) Panel {
	panel := Panel{title: title, square: true}
	panel.addPoints("", points, targetColor, dotsAlone)
	if panel.err == nil {
		panel.alt = describePoints(points)
	}
	panel.fit()
	return panel
}

// Samples shows generated samples [n, 2] in green over points of their target [m, 2] in light blue,
// n, m > 0. The dots of the target are larger, so that they surround the samples on them.
//
// Small panels leave samples out, evenly, so that the others don't hide the target: a panel shows
// at most one sample for each 12 square CSS pixels, so 1,600 samples if its edge has 140 pixels.
func Samples(title string, samples, target [][]float64) Panel {
	panel := Panel{title: title, square: true}
	panel.addPoints("target", target, targetColor, dotsUnderneath)
	panel.addPoints("samples", samples, samplesColor, dotsAbove)
	if panel.err == nil {
		panel.alt = describeSamples(samples, target)
	}
	panel.fit()
	return panel
}

// addPoints draws points [n, 2] as dots. The legend shows name, unless it is empty.
func (p *Panel) addPoints(name string, points [][]float64, c color.NRGBA, style dots) {
	if err := checkPoints("points", points); err != nil {
		p.fail(err)
		return
	}
	p.plotters = append(p.plotters, pointCloud{toXYs(points), c, style})
	if name != "" {
		if style == dotsUnderneath {
			c = mix(white, c, tint)
		}
		p.legend = append(p.legend, legendEntry{name, dot{c}})
	}
}

// dots is a style of dots.
type dots int

const (
	dotsAlone      dots = iota // Small dots.
	dotsAbove                  // Small dots above others; in a small panel, only some of many.
	dotsUnderneath             // Large and light dots below others.
	lineEnds                   // The ends of lines.
	pathEnd                    // The end of a path, which stands out.
)

// tint is the share of the colour in the light dots underneath others. The rest is white.
const tint = 0.4

// pixelsPerDot is the least area of a panel for each sample above a target, in square CSS pixels.
const pixelsPerDot = 12

// style returns the radius of a dot and its opacity, from 0 to 1, for n dots on a data area with an
// edge of a length.
func (d dots) style(n int, edge vg.Length) (radius vg.Length, opacity float64) {
	// The distance of neighbours, if the points were spread evenly.
	apart := edge / vg.Length(math.Sqrt(float64(n)))
	switch d {
	case dotsUnderneath:
		return min(max(0.4*apart, 1.5*cssPixel), 4*cssPixel), 1
	case lineEnds:
		return min(max(0.25*apart, 1.3*cssPixel), 2.5*cssPixel), 0.9
	case pathEnd:
		return 4 * cssPixel, 1
	}
	radius = min(max(0.17*apart, 0.7*cssPixel), 3*cssPixel)
	return radius, min(0.15+0.1*float64(apart/cssPixel), 0.85)
}

// pointCloud draws points as dots of one colour. Their size depends on the size of the panel.
type pointCloud struct {
	points plotter.XYs // [n]
	color  color.NRGBA
	dots   dots
}

// DataRange returns the ranges of the points along both axes.
func (c pointCloud) DataRange() (xMin, xMax, yMin, yMax float64) {
	return plotter.XYRange(c.points)
}

// Plot draws the points that are inside of the axes.
func (c pointCloud) Plot(canvas draw.Canvas, axes *plot.Plot) {
	size := canvas.Size()
	edge := min(size.X, size.Y)
	points := c.points
	if c.dots == dotsAbove {
		points = evenly(points, int(math.Pow(float64(edge/cssPixel), 2)/pixelsPerDot))
	}
	radius, opacity := c.dots.style(len(points), edge)
	style := draw.GlyphStyle{
		Color: withOpacity(c.color, opacity), Radius: radius, Shape: draw.CircleGlyph{},
	}
	if c.dots == dotsUnderneath {
		style.Color = mix(white, c.color, tint)
	}
	x, y := axes.Transforms(&canvas)
	for _, point := range points {
		// DrawGlyph leaves out what is outside of the canvas.
		canvas.DrawGlyph(style, vg.Point{X: x(point.X), Y: y(point.Y)})
	}
}

// evenly returns n of the values, or all of them if they are fewer, evenly spaced in their order.
func evenly[S ~[]E, E any](values S, n int) S {
	if len(values) <= n {
		return values
	}
	chosen := make(S, n)
	for k := range chosen {
		chosen[k] = values[k*len(values)/n]
	}
	return chosen
}

// checkPoints returns an error unless points is [n, 2], n > 0, and every coordinate can be shown.
// The error calls the points by name.
func checkPoints(name string, points [][]float64) error {
	if len(points) == 0 {
		return fmt.Errorf("no %s", name)
	}
	for i, point := range points {
		if len(point) != 2 {
			return fmt.Errorf("%s[%d] has %d coordinates, want 2", name, i, len(point))
		}
		if !canBeShown(point[0]) || !canBeShown(point[1]) {
			return fmt.Errorf("%s[%d] is %v, want coordinates from -1e300 to 1e300", name, i, point)
		}
	}
	return nil
}

// toXYs returns points [n, 2] as gonum takes them.
func toXYs(points [][]float64) plotter.XYs {
	xys := make(plotter.XYs, len(points))
	for i, point := range points {
		xys[i].X, xys[i].Y = point[0], point[1]
	}
	return xys
}
