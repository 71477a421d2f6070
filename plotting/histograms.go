package plotting

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	maxHistograms    = 40 // Panels of [Histograms].
	histogramsAcross = 5  // Panels in a row, at most.
)

// histogramShape is the shape of a panel of [Histograms].
var histogramShape = shape{width: 300 * cssPixel, aspect: 0.55}

// Histograms shows the distribution of each column of data [n, dim] in blue, “target” in the
// legend, and of samples [m, dim] as a green line, a panel for each of 1 to 40 columns. Samples may
// be nil. Nil names mean x1, x2, ….
//
// The heights are densities on common bins. Each panel has its own axes, as wide as the data;
// samples widen an axis to up to three times the range of the data, and those further outside
// aren't drawn. If the data are integers, a bin holds one integer or equally many each.
//
// Drawing the figure returns an error without data, for more than 40 columns, for the wrong number
// of names, for rows of different lengths, and for numbers that can't be shown.
func Histograms(names []string, data, samples [][]float64) Figure {
	columns, err := newColumns(names, data, samples, maxHistograms)
	if err != nil {
		return Figure{err: fmt.Errorf("plotting: Histograms: %w", err)}
	}
	rows := (len(columns) + histogramsAcross - 1) / histogramsAcross
	across := (len(columns) + rows - 1) / rows
	figure := Figure{rows: make([][]Panel, rows)}
	for i := range rows {
		figure.rows[i] = make([]Panel, across) // The last ones may stay empty.
		for j := range min(across, len(columns)-i*across) {
			c := columns[i*across+j]
			panel := c.histogram()
			marks := c.ticks()
			panel.title, panel.titleUnit = c.name, marks.unit()
			panel.shape, panel.xTicks = histogramShape, marks
			figure.rows[i][j] = panel
		}
	}
	return figure
}

// histogram returns a panel with the histograms of the column.
func (c column) histogram() Panel {
	panel := Panel{x: c.axis(), bare: true, alt: c.describe()}
	data, err := plotter.NewPolygon(c.outline(c.data))
	if err != nil {
		panel.fail(err)
		return panel
	}
	data.LineStyle.Width = 0
	data.Color = withOpacity(targetColor, 0.45)
	panel.plotters = append(panel.plotters, data)
	if len(c.samples) > 0 {
		samples, err := plotter.NewLine(c.outline(c.samples))
		if err != nil {
			panel.fail(err)
			return panel
		}
		samples.LineStyle = draw.LineStyle{Color: samplesColor, Width: vg.Points(1.5)}
		panel.plotters = append(panel.plotters, samples)
		panel.legend = []legendEntry{{"target", data}, {"samples", samples}}
	}
	_, panel.y = panel.dataRange()
	panel.y.max *= 1.05
	return panel
}

// outline returns the outline of the histogram of values, from the axis to the axis.
func (c column) outline(values []float64) plotter.XYs {
	xys := plotter.XYs{{X: c.edges[0]}}
	for i, share := range c.shares(values) {
		xys = append(xys,
			plotter.XY{X: c.edges[i], Y: share}, plotter.XY{X: c.edges[i+1], Y: share})
	}
	return append(xys, plotter.XY{X: c.edges[len(c.edges)-1]})
}
