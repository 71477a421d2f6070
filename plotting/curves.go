package plotting

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve is a quantity over the epochs of a training.
type Curve struct {
	Name   string    // In the legend; an empty name has no entry.
	Values []float64 // [n], n > 0, finite and at most 1e300 in magnitude.
	Epochs []int     // The epoch of each value, [n]; nil means 1, 2, …, n.
}

// epoch returns the epoch of Values[i].
func (c Curve) epoch(i int) int {
	if c.Epochs == nil {
		return i + 1
	}
	return c.Epochs[i]
}

// curvesShape is the shape of [Curves] and [Lines] in a figure without square panels.
var curvesShape = shape{width: 460 * cssPixel, aspect: 0.52}

// Curves shows at least one curve over the epochs of a training, for instance losses. The vertical
// axis is labelled with the quantity.
func Curves(title, quantity string, curves ...Curve) Panel {
	panel := Panel{
		title: title, xLabel: "epoch", yLabel: quantity, shape: curvesShape, lines: true,
		xTicks: ticks{labels: true, whole: true}, yTicks: ticks{labels: true, vertical: true},
	}
	if len(curves) == 0 {
		panel.fail(errors.New("no curves"))
	}
	for k, curve := range curves {
		xys, err := curve.xys()
		if err != nil {
			panel.fail(fmt.Errorf("curve %q: %w", curve.Name, err))
			return panel
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			panel.fail(fmt.Errorf("curve %q: %w", curve.Name, err))
			return panel
		}
		// Earlier curves are wider, so that later ones don't hide them where they coincide.
		width := vg.Points(1.5 * float64(len(curves)-k))
		line.LineStyle = draw.LineStyle{
			Color: palette[k%len(palette)], Width: min(width, vg.Points(6)),
		}
		// Where the palette begins again, the lines are dashed.
		for range k / len(palette) {
			line.Dashes = append(line.Dashes, vg.Points(5), vg.Points(3))
		}
		panel.plotters = append(panel.plotters, line)
		if curve.Name != "" {
			panel.legend = append(panel.legend, legendEntry{curve.Name, line})
		}
	}
	if panel.err == nil {
		panel.alt = describeCurves(quantity, curves)
	}
	panel.x, panel.y = panel.dataRange()
	if panel.x.min == panel.x.max {
		panel.x = panel.x.resized(1)
	}
	room := 0.05 * (panel.y.max - panel.y.min)
	if !(room > 0) { // All values are the same.
		room = 1
	}
	panel.y.min, panel.y.max = panel.y.min-room, panel.y.max+room
	return panel
}

// xys returns the curve's points (epoch, value), or an error if they can't be shown.
func (c Curve) xys() (plotter.XYs, error) {
	if len(c.Values) == 0 {
		return nil, errors.New("no values")
	}
	if c.Epochs != nil && len(c.Epochs) != len(c.Values) {
		return nil, fmt.Errorf("%d values at %d epochs", len(c.Values), len(c.Epochs))
	}
	xys := make(plotter.XYs, len(c.Values))
	for i, value := range c.Values {
		if !canBeShown(value) {
			return nil, fmt.Errorf("epoch %d: value %v, want one from -1e300 to 1e300",
				c.epoch(i), value)
		}
		xys[i].X, xys[i].Y = float64(c.epoch(i)), value
	}
	return xys, nil
}
