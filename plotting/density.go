package plotting

import (
	"image/color"

	"gonum.org/v1/plot/plotter"
)

// densityBins is the number of cells across a density.
const densityBins = 80

// Density shows how many of the points [n][2] are where, on the square from low to high: from white for
// none to dark blue for the most. It takes tens of thousands of points to be smooth.
func Density(title string, points [][]float64, low, high float64) Panel {
	panel := Panel{plot: newPlot(title), square: true}.Within(low, high)
	if panel.err == nil {
		if err := checkPoints(points); err != nil {
			panel.fail(err)
		}
	}
	if panel.err != nil {
		return panel
	}
	histogram := histogram{low: low, cell: (high - low) / densityBins}
	for _, point := range points {
		column, row := (point[0]-low)/histogram.cell, (point[1]-low)/histogram.cell
		if 0 <= column && column < densityBins && 0 <= row && row < densityBins {
			histogram.counts[int(row)][int(column)]++
		}
	}
	heat := plotter.NewHeatMap(&histogram, shades{})
	heat.Min, heat.Max = 0, max(heat.Max, 1)
	heat.Rasterized = true
	panel.plot.Add(heat)
	return panel.Within(low, high)
}

// histogram is what gonum/plot draws a heat map of.
type histogram struct {
	low, cell float64
	counts    [densityBins][densityBins]float64 // By row and column.
}

func (h *histogram) Dims() (columns, rows int) { return densityBins, densityBins }
func (h *histogram) Z(column, row int) float64 { return h.counts[row][column] }
func (h *histogram) X(column int) float64      { return h.low + h.cell*(float64(column)+0.5) }
func (h *histogram) Y(row int) float64         { return h.X(row) }

// shades go from white over the palette's blue to a dark one: their lightness falls evenly, so they are
// told apart without colour too.
type shades struct{}

func (shades) Colors() []color.Color {
	const steps = 256
	middle, dark := targetColor, color.NRGBA{0x00, 0x1e, 0x3c, 0xff}
	colors := make([]color.Color, steps)
	for i := range colors {
		along := 2 * float64(i) / (steps - 1)
		if along <= 1 {
			colors[i] = mix(color.NRGBA{0xff, 0xff, 0xff, 0xff}, middle, along)
		} else {
			colors[i] = mix(middle, dark, along-1)
		}
	}
	return colors
}

// mix is the colour that far (0 to 1) on the way from one to another.
func mix(from, to color.NRGBA, far float64) color.NRGBA {
	between := func(a, b uint8) uint8 { return uint8(float64(a) + far*(float64(b)-float64(a)) + 0.5) }
	return color.NRGBA{between(from.R, to.R), between(from.G, to.G), between(from.B, to.B), 0xff}
}
