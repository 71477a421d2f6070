package plotting

import (
	"errors"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// densityBins is the number of cells of a density along each axis.
const densityBins = 80

// Density shows a histogram of points [n, 2], n > 0, with 80 by 80 cells on the square [low,
// high]², whose limits are those of [Panel.Within]. An empty cell is white, the fullest one dark
// blue; points outside the square aren't counted. The picture is smooth from some 10,000 points on.
// [Panel.Within] draws only cells that are wholly inside, and fails for fewer than 2 by 2 of them.
func Density(title string, points [][]float64, low, high float64) Panel {
	panel := Panel{title: title, square: true, opaque: true}.Within(low, high)
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
	panel.plotters = append(panel.plotters, histogram)
	panel.alt = histogram.describe("the density of " + count(len(points), "point"))
	return panel
}

// DensityOf shows a density function on the square [low, high]², in the same shades as [Density].
// The function is called once, with the centres [6400, 2] of 80 by 80 cells. It returns the density
// at each of them, [6400], at least 0: for instance the exponential of a model's LogLikelihood.
// Drawing the panel fails if the function is nil or returns an error. [Panel.Within] draws only
// cells that are wholly inside, and fails for fewer than 2 by 2 of them.
func DensityOf(
	title string, low, high float64, density func(points [][]float64) ([]float64, error),
) Panel {
	panel := Panel{title: title, square: true, opaque: true}.Within(low, high)
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
			panel.fail(fmt.Errorf("density at (%.6g, %.6g): %v, want a value from 0 to 1e300",
				grid.X(column), grid.Y(row), value))
			return panel
		}
		grid.values[row][column] = value
	}
	panel.plotters = append(panel.plotters, grid)
	panel.alt = grid.describe("a density")
	return panel
}

// densityCells holds the density of each cell, and draws it from white for 0 to dark blue for its
// maximum.
type densityCells struct {
	cells
	values [densityBins][densityBins]float64 // [row, column]
}

// fits reports whether enough cells for a heat map are inside of axes that both have a range.
func (d *densityCells) fits(axis span) bool {
	from, to := d.inside(axis)
	return to-from >= 2
}

// Plot draws the cells that are inside of the axes.
func (d *densityCells) Plot(canvas draw.Canvas, axes *plot.Plot) {
	from, to := d.inside(span{axes.X.Min, axes.X.Max})
	fromRow, toRow := d.inside(span{axes.Y.Min, axes.Y.Max})
	heatMap := plotter.NewHeatMap(cellsFrom{d, from, fromRow, to - from, toRow - fromRow}, shades{})
	heatMap.Min, heatMap.Max = 0, d.highest()
	if heatMap.Max <= 0 {
		heatMap.Max = 1 // All cells are white.
	}
	heatMap.Rasterized = true
	heatMap.Plot(canvas, axes)
}

// highest returns the highest density.
func (d *densityCells) highest() float64 {
	highest := 0.0
	for _, row := range d.values {
		highest = max(highest, slices.Max(row[:]))
	}
	return highest
}

// inside returns the range of columns, or rows, that lie wholly in a span, but for rounding.
func (c cells) inside(s span) (from, to int) {
	const rounding = 1e-6
	from, to = c.n, 0
	for i := range c.n {
		left := c.low + float64(i)*c.width
		if left >= s.min-rounding*c.width && left+c.width <= s.max+rounding*c.width {
			from, to = min(from, i), i+1
		}
	}
	return from, to
}

// cellsFrom is a part of cells with a density. It implements gonum's plotter.GridXYZ.
type cellsFrom struct {
	*densityCells
	column, row   int // The first ones.
	columns, rows int
}

func (c cellsFrom) Dims() (columns, rows int) { return c.columns, c.rows }

func (c cellsFrom) X(column int) float64 { return c.densityCells.X(c.column + column) }

func (c cellsFrom) Y(row int) float64 { return c.densityCells.Y(c.row + row) }

func (c cellsFrom) Z(column, row int) float64 { return c.values[c.row+row][c.column+column] }

// shades is a palette from white over the target's blue to dark blue. The lightness falls evenly,
// so that the shades can be told apart without colour too.
type shades struct{}

func (shades) Colors() []color.Color {
	const steps = 256
	dark := color.NRGBA{0x00, 0x1e, 0x3c, 0xff}
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
