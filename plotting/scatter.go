package plotting

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Panel is one plot of a figure.
type Panel struct {
	plot   *plot.Plot
	square bool // Equal scales in both directions, on a square.
	legend []legendEntry
	err    error
}

// Scatter shows points [n][2].
func Scatter(title string, points [][]float64) Panel {
	panel := Panel{plot: newPlot(title), square: true}
	panel.addPoints("", points, targetColor, 0.35, 1.3)
	panel.fit()
	return panel
}

// Samples shows generated points [n][2] in green over points of their target in faint blue.
func Samples(title string, samples, target [][]float64) Panel {
	panel := Panel{plot: newPlot(title), square: true}
	panel.addPoints("target", target, targetColor, 0.13, 2.2)
	panel.addPoints("samples", samples, samplesColor, 0.5, 1.1)
	panel.fit()
	return panel
}

// Within sets both axes to run from low to high; what is outside is not shown.
func (p Panel) Within(low, high float64) Panel {
	if !(low < high) || !canBeShown(low) || !canBeShown(high) {
		p.fail(fmt.Errorf("axes from %v to %v: the first must be the smaller one, and both finite", low, high))
		return p
	}
	p.plot.X.Min, p.plot.X.Max = low, high
	p.plot.Y.Min, p.plot.Y.Max = low, high
	return p
}

// addPoints draws points [n][2] as discs, whose radius is in points of the typographic kind.
func (p *Panel) addPoints(name string, points [][]float64, c color.NRGBA, opacity, radius float64) {
	if err := checkPoints(points); err != nil {
		p.fail(err)
		return
	}
	xys := make(plotter.XYs, len(points))
	for i, point := range points {
		xys[i].X, xys[i].Y = point[0], point[1]
	}
	scatter, err := plotter.NewScatter(xys)
	if err != nil {
		p.fail(err)
		return
	}
	scatter.GlyphStyle = draw.GlyphStyle{Color: withOpacity(c, opacity), Radius: vg.Points(radius), Shape: draw.CircleGlyph{}}
	p.plot.Add(dots{scatter})
	if name != "" {
		p.legend = append(p.legend, legendEntry{name, dot{c}})
	}
}

// dots are points that take no room of their own. Gonum makes a panel smaller for a dot at its edge, and then frames of
// an animation differ in size.
type dots struct{ *plotter.Scatter }

func (dots) GlyphBoxes(*plot.Plot) []plot.GlyphBox { return nil }

// checkPoints says why points can't be shown.
func checkPoints(points [][]float64) error {
	if len(points) == 0 {
		return errors.New("there are no points to show")
	}
	for i, point := range points {
		if len(point) != 2 {
			return fmt.Errorf("points[%d] has %d coordinates, two can be shown", i, len(point))
		}
		if !canBeShown(point[0]) || !canBeShown(point[1]) {
			return fmt.Errorf("points[%d] is %v, which can't be shown", i, point)
		}
	}
	return nil
}

// canBeShown says whether a number is finite, and not so large that the length of an axis could overflow.
func canBeShown(number float64) bool { return math.Abs(number) <= 1e300 } // NaN isn't.

// fit sets the axes so that everything is seen, at equal scales.
func (p *Panel) fit() {
	x, y := &p.plot.X, &p.plot.Y
	half := 0.54 * math.Max(x.Max-x.Min, y.Max-y.Min)
	if half == 0 { // All points are the same.
		half = 1
	}
	centre := (x.Min + x.Max) / 2
	x.Min, x.Max = centre-half, centre+half
	centre = (y.Min + y.Max) / 2
	y.Min, y.Max = centre-half, centre+half
}

// fail keeps the first error.
func (p *Panel) fail(err error) {
	if p.err == nil {
		p.err = fmt.Errorf("plotting: panel %q: %w", p.plot.Title.Text, err)
	}
}
