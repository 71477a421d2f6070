package plotting

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/vg"
)

const (
	maxPairColumns = 8
	pairWidth      = 2.2 * vg.Inch // Of a panel, at most.
	maxPairPoints  = 1000          // Drawn in a panel, of the data and of the samples.
)

// PairPlot shows how the columns of data [n, dim] and of samples [m, dim] are distributed, alone
// and in pairs: a corner plot. Panel (i, j) below the diagonal has column j along and column i
// upwards, samples in green over data in blue. The diagonal has the columns' histograms, as
// [Histograms] draws them. Samples may be nil. Nil names mean x1, x2, ….
//
// Each column has its own axis, with the range of its bins in [Histograms]; samples outside aren't
// drawn. Of more than 1,000 rows, the panels of pairs show 1,000, evenly spaced among the rows.
//
// Drawing the figure returns the errors of [Histograms], and one for more than 8 columns.
func PairPlot(names []string, data, samples [][]float64) Figure {
	columns, err := newColumns(names, data, samples, maxPairColumns)
	if err != nil {
		return Figure{err: fmt.Errorf("plotting: PairPlot: %w", err)}
	}
	width := min(pairWidth, columnsWidth/vg.Length(len(columns)))
	figure := Figure{rows: make([][]Panel, len(columns))}
	for i, vertical := range columns {
		figure.rows[i] = make([]Panel, len(columns)) // Those above the diagonal stay empty.
		for j, horizontal := range columns[:i+1] {
			panel := horizontal.histogram()
			if j < i {
				panel = pairPanel(horizontal, vertical)
			}
			panel.width = width
			x, y := horizontal.ticks(width), vertical.ticks(width)
			y.vertical = true
			if x.labels = i == len(columns)-1; x.labels {
				panel.xLabel = horizontal.nameWithUnit(x, labelSize, x.length)
			}
			if y.labels = j == 0; y.labels && i > 0 {
				panel.yLabel = vertical.nameWithUnit(y, labelSize, y.length)
			}
			panel.xTicks, panel.yTicks = x, y
			figure.rows[i][j] = panel
		}
	}
	return figure
}

// pairPanel returns a panel with the points of two columns. The histograms have the legend.
func pairPanel(horizontal, vertical column) Panel {
	panel := Panel{x: horizontal.axis(), y: vertical.axis()}
	data := pairs(horizontal.data, vertical.data)
	panel.addPoints("", data, targetColor, opacity(len(data), 0.25), 2)
	if len(horizontal.samples) > 0 {
		samples := pairs(horizontal.samples, vertical.samples)
		panel.addPoints("", samples, samplesColor, opacity(len(samples), 0.45), 0.8)
	}
	return panel
}

// opacity returns the opacity of n points, more than that of many if they are few.
func opacity(n int, ofMany float64) float64 {
	return ofMany * min(2, math.Sqrt(maxPairPoints/float64(n)))
}

// pairs returns the points [n, 2] with coordinates x [n] and y [n], at most maxPairPoints.
func pairs(x, y []float64) [][]float64 {
	points := make([][]float64, min(len(x), maxPairPoints))
	for k := range points {
		i := k * len(x) / len(points)
		points[k] = []float64{x[i], y[i]}
	}
	return points
}
