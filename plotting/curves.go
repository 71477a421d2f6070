package plotting

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Curve is a value for each epoch: Values[0] belongs to epoch 1.
type Curve struct {
	Name   string
	Values []float64
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
	for i, curve := range curves {
		if len(curve.Values) == 0 {
			panel.fail(fmt.Errorf("curve %q has no values", curve.Name))
			return panel
		}
		xys := make(plotter.XYs, len(curve.Values))
		for epoch, value := range curve.Values {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				panel.fail(fmt.Errorf("curve %q: the value of epoch %d is %v, which can't be shown", curve.Name, epoch+1, value))
				return panel
			}
			xys[epoch].X, xys[epoch].Y = float64(epoch+1), value
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			panel.fail(fmt.Errorf("curve %q: %w", curve.Name, err))
			return panel
		}
		// Earlier curves are wider, so that they are still seen where they coincide with later ones.
		width := vg.Points(1.5 * float64(len(curves)-i))
		line.LineStyle = draw.LineStyle{Color: palette[i%len(palette)], Width: min(width, vg.Points(6))}
		// Where the palette begins again, the lines are dashed.
		for range i / len(palette) {
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
