package plotting

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve is values over the epochs of a training.
type Curve struct {
	Name   string
	Values []float64
	Epochs []int // What epoch each value belongs to; 1, 2, 3, … if nil.
}

// epoch is what epoch value i belongs to.
func (c Curve) epoch(i int) int {
	if c.Epochs == nil {
		return i + 1
	}
	return c.Epochs[i]
}

// Curves shows values over the epochs of a training, for instance losses.
func Curves(title, quantity string, curves ...Curve) Panel {
	panel := Panel{plot: newPlot(title)}
	p := panel.plot
	p.X.Label.Text = "epoch"
	p.Y.Label.Text = quantity
	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal.Color = faint
	p.Add(grid)
	if len(curves) == 0 {
		panel.fail(fmt.Errorf("there are no curves to show"))
	}
	for k, curve := range curves {
		if len(curve.Values) == 0 {
			panel.fail(fmt.Errorf("curve %q has no values", curve.Name))
			return panel
		}
		if curve.Epochs != nil && len(curve.Epochs) != len(curve.Values) {
			panel.fail(fmt.Errorf("curve %q has %d values at %d epochs", curve.Name, len(curve.Values), len(curve.Epochs)))
			return panel
		}
		xys := make(plotter.XYs, len(curve.Values))
		for i, value := range curve.Values {
			if !canBeShown(value) {
				panel.fail(fmt.Errorf("curve %q: the value of epoch %d is %v, which can't be shown", curve.Name, curve.epoch(i), value))
				return panel
			}
			xys[i].X, xys[i].Y = float64(curve.epoch(i)), value
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			panel.fail(fmt.Errorf("curve %q: %w", curve.Name, err))
			return panel
		}
		// Earlier curves are wider, so that they are still seen where they coincide with later ones.
		width := vg.Points(1.5 * float64(len(curves)-k))
		line.LineStyle = draw.LineStyle{Color: palette[k%len(palette)], Width: min(width, vg.Points(6))}
		// Where the palette begins again, the lines are dashed.
		for range k / len(palette) {
			line.Dashes = append(line.Dashes, vg.Points(5), vg.Points(3))
		}
		p.Add(line)
		if curve.Name != "" {
			panel.legend = append(panel.legend, legendEntry{curve.Name, line})
		}
	}
	if margin := 0.05 * (p.Y.Max - p.Y.Min); margin > 0 {
		p.Y.Min, p.Y.Max = p.Y.Min-margin, p.Y.Max+margin
	} else {
		p.Y.Min, p.Y.Max = p.Y.Min-1, p.Y.Max+1
	}
	return panel
}
