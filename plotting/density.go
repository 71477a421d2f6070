package plotting

import (
	"errors"
	"fmt"
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
	panel.shade(&histogram)
	return panel.Within(low, high)
}

// DensityOf shows a density in the plane on the square from low to high, in the same shades. It is asked for once, for the
// middles [n][2] of all cells, and returns a number for each that is not negative: the exponentials of a model's
// LogLikelihood, for instance.
func DensityOf(title string, low, high float64, density func(points [][]float64) ([]float64, error)) Panel {
	panel := Panel{plot: newPlot(title), square: true}.Within(low, high)
	if panel.err == nil && density == nil {
		panel.fail(errors.New("the density is nil"))
	}
	if panel.err != nil {
		return panel
	}
	histogram := histogram{low: low, cell: (high - low) / densityBins}
	var points [][]float64
	for row := range densityBins {
		for column := range densityBins {
			points = append(points, []float64{histogram.X(column), histogram.Y(row)})
		}
	}
	values, err := density(points)
	if err == nil && len(values) != len(points) {
		err = fmt.Errorf("there are %d numbers for %d points", len(values), len(points))
	}
	for i, value := range values {
		if err == nil && !(value >= 0 && canBeShown(value)) {
			err = fmt.Errorf("at %v it is %v, it must be finite and not negative", points[i], value)
		}
	}
	if err != nil {
		panel.fail(fmt.Errorf("the density: %w", err))
		return panel
	}
	for i, value := range values {
		histogram.counts[i/densityBins][i%densityBins] = value
	}
	panel.shade(&histogram)
	return panel.Within(low, high)
}

// shade draws a histogram.
func (p *Panel) shade(histogram *histogram) {
	heat := plotter.NewHeatMap(histogram, shades{})
	heat.Min = 0
	if heat.Max <= 0 {
		heat.Max = 1 // All is white.
	}
	heat.Rasterized = true
	p.plot.Add(heat)
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
