package plotting

import (
	"errors"
	"fmt"
	"image/color"

	"gonum.org/v1/plot/plotter"
)

// densityBins is the number of cells of a density along each axis.
const densityBins = 80

// Density shows a histogram of points [n, 2], n > 0, with 80 by 80 cells on the square [low,
// high]², whose limits are those of [Panel.Within]. An empty cell is white, the fullest one dark
// blue; points outside the square aren't counted. The picture is smooth from some 10,000 points on.
func Density(title string, points [][]float64, low, high float64) Panel {
	panel := Panel{title: title, square: true}.Within(low, high)
	if panel.err != nil {
		return panel
	}
	if err := checkPoints("points", points); err != nil {
		panel.fail(err)
		return panel
	}
	histogram := &densityCells{cells: newCells(low, high, densityBins)}
	for _, point := range points {
		column, row := (point[0]-low)/histogram.width, (point[1]-low)/histogram.width
		if 0 <= column && column < densityBins && 0 <= row && row < densityBins {
			histogram.values[int(row)][int(column)]++
		}
	}
	panel.addDensity(histogram)
	return panel
}

// DensityOf shows a density function on the square [low, high]², in the same shades as [Density].
// The function is called once, with the centres [6400, 2] of 80 by 80 cells. It returns the density
// at each of them, [6400], at least 0: for instance the exponential of a model's LogLikelihood.
// Drawing the panel fails if the function is nil or returns an error.
func DensityOf(
	title string, low, high float64, density func(points [][]float64) ([]float64, error),
) Panel {
	panel := Panel{title: title, square: true}.Within(low, high)
	if panel.err != nil {
		return panel
	}
	if density == nil {
		panel.fail(errors.New("the density is nil"))
		return panel
	}
	grid := &densityCells{cells: newCells(low, high, densityBins)}
	values, err := density(grid.centres())
	if err == nil && len(values) != densityBins*densityBins {
		err = fmt.Errorf("%d values for %d points", len(values), densityBins*densityBins)
	}
	if err != nil {
		panel.fail(fmt.Errorf("density: %w", err))
		return panel
	}
	for i, value := range values {
		row, column := i/densityBins, i%densityBins
		if !(value >= 0 && canBeShown(value)) {
			panel.fail(fmt.Errorf("density at (%v, %v): %v, want a value from 0 to 1e300",
				grid.X(column), grid.Y(row), value))
			return panel
		}
		grid.values[row][column] = value
	}
	panel.addDensity(grid)
	return panel
}

// addDensity draws a density, from white for 0 to dark blue for its maximum.
func (p *Panel) addDensity(density *densityCells) {
	heatMap := plotter.NewHeatMap(density, shades{})
	heatMap.Min = 0
	if heatMap.Max <= 0 {
		heatMap.Max = 1 // All cells are white.
	}
	heatMap.Rasterized = true
	p.plotters = append(p.plotters, heatMap)
}

// densityCells holds the density of each cell. It implements gonum's plotter.GridXYZ.
type densityCells struct {
	cells
	values [densityBins][densityBins]float64 // [row, column]
}

func (d *densityCells) Z(column, row int) float64 { return d.values[row][column] }

// shades is a palette from white over the target's blue to dark blue. The lightness falls evenly,
// so that the shades can be told apart without colour too.
type shades struct{}

func (shades) Colors() []color.Color {
	const steps = 256
	white, dark := color.NRGBA{0xff, 0xff, 0xff, 0xff}, color.NRGBA{0x00, 0x1e, 0x3c, 0xff}
	colors := make([]color.Color, steps)
	for i := range colors {
		along := 2 * float64(i) / (steps - 1)
		if along <= 1 {
			colors[i] = mix(white, targetColor, along)
		} else {
			colors[i] = mix(targetColor, dark, along-1)
		}
	}
	return colors
}

// mix interpolates from one colour to another: share 0 gives from, share 1 gives to.
func mix(from, to color.NRGBA, share float64) color.NRGBA {
	between := func(a, b uint8) uint8 {
		return uint8(float64(a) + share*(float64(b)-float64(a)) + 0.5)
	}
	return color.NRGBA{between(from.R, to.R), between(from.G, to.G), between(from.B, to.B), 0xff}
}
