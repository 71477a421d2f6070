package plotting

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Scatter shows points [n, 2], n > 0, as translucent blue dots.
func Scatter(title string, points [][]float64) Panel {
	panel := Panel{title: title, square: true}
	panel.addPoints("", points, targetColor, 0.35, 1.3)
	panel.fit()
	return panel
}

// Samples shows generated samples [n, 2] in green over points of their target [m, 2] in faint blue,
// n, m > 0.
func Samples(title string, samples, target [][]float64) Panel {
	panel := Panel{title: title, square: true}
	panel.addPoints("target", target, targetColor, 0.13, 2.2)
	panel.addPoints("samples", samples, samplesColor, 0.5, 1.1)
	panel.fit()
	return panel
}

// addPoints draws points [n, 2] as discs of a radius in typographic points and an opacity from 0
// to 1. The legend shows name, unless it is empty.
func (p *Panel) addPoints(
	name string, points [][]float64, c color.NRGBA, opacity, radius float64,
) {
	if err := checkPoints("points", points); err != nil {
		p.fail(err)
		return
	}
	scatter, err := plotter.NewScatter(toXYs(points))
	if err != nil {
		p.fail(err)
		return
	}
	scatter.GlyphStyle = draw.GlyphStyle{
		Color: withOpacity(c, opacity), Radius: vg.Points(radius), Shape: draw.CircleGlyph{},
	}
	p.plotters = append(p.plotters, tightScatter{scatter})
	if name != "" {
		p.legend = append(p.legend, legendEntry{name, dot{c}})
	}
}

// tightScatter is a scatter plot whose dots get no room beyond the axes. Gonum shrinks a panel with
// a dot at its edge, so that the frames of an animation would differ in size.
type tightScatter struct{ *plotter.Scatter }

func (tightScatter) GlyphBoxes(*plot.Plot) []plot.GlyphBox { return nil }

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
