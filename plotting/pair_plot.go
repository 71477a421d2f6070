package plotting

import (
	"fmt"
)

const (
	maxPairColumns = 8
	maxPairPoints  = 1000 // Drawn in a panel, of the data and of the samples.
)

// pairShape is the shape of a panel of [PairPlot].
var pairShape = shape{width: 200 * cssPixel, aspect: 1}

// PairPlot shows how the columns of data [n, dim] and of samples [m, dim] are distributed, alone
// and in pairs: a corner plot. Panel (i, j) below the diagonal has column j along and column i
// upwards, samples in green over data in blue, “target” in the legend. The diagonal has the
// columns' histograms, as [Histograms] draws them. Samples may be nil. Nil names mean x1, x2, ….
//
// Up to four columns fit the height of other figures. With more, the figure is higher: 780 CSS
// pixels for 8.
//
// Each column has its own axis, with the range of its bins in [Histograms]; samples outside aren't
// drawn. Of more than 1,000 rows, the panels of pairs show 1,000, evenly spaced among the rows.
// Samples are thinned further in small panels, as in [Samples].
//
// Drawing the figure returns the errors of [Histograms], and one for more than 8 columns.
func PairPlot(names []string, data, samples [][]float64) Figure {
	columns, err := newColumns(names, data, samples, maxPairColumns)
	if err != nil {
		return Figure{err: fmt.Errorf("plotting: PairPlot: %w", err)}
	}
	figure := Figure{rows: make([][]Panel, len(columns))}
	if len(columns) > 1 {
		figure.layout = fmt.Sprintf("A corner plot of %d columns: their distributions on the "+
			"diagonal, and each pair of them below it.", len(columns))
	}
	for i, vertical := range columns {
		figure.rows[i] = make([]Panel, len(columns)) // Those above the diagonal stay empty.
		for j, horizontal := range columns[:i+1] {
			panel := horizontal.histogram()
			if j < i {
				panel = pairPanel(horizontal, vertical)
			}
			panel.shape = pairShape
			x, y := horizontal.ticks(), vertical.ticks()
			y.vertical = true
			if x.labels = i == len(columns)-1; x.labels {
				panel.xLabel, panel.xUnit = horizontal.name, x.unit()
			}
			if y.labels = j == 0; y.labels && i > 0 {
				panel.yLabel, panel.yUnit = vertical.name, y.unit()
			}
			panel.xTicks, panel.yTicks = x, y
			figure.rows[i][j] = panel
		}
	}
	return figure
}

// pairPanel returns a panel with the points of two columns. The histograms have the legend.
func pairPanel(horizontal, vertical column) Panel {
	panel := Panel{
		x: horizontal.axis(), y: vertical.axis(), alt: describePair(horizontal, vertical),
	}
	data := pairs(horizontal.data, vertical.data)
	panel.addPoints("", data, targetColor, dotsUnderneath)
	if len(horizontal.samples) > 0 {
		samples := pairs(horizontal.samples, vertical.samples)
		panel.addPoints("", samples, samplesColor, dotsAbove)
	}
	return panel
}

// pairs returns the points [n, 2] with coordinates x [n] and y [n], at most maxPairPoints.
func pairs(x, y []float64) [][]float64 {
	x, y = evenly(x, maxPairPoints), evenly(y, maxPairPoints)
	points := make([][]float64, len(x))
	for k := range points {
		points[k] = []float64{x[k], y[k]}
	}
	return points
}
