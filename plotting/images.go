package plotting

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// ImageGrid is a grid of images of one size. Images alone are enough for square grey images.
type ImageGrid struct {
	// Images are [n][height·width·channels], n from 1 to 1,000: the rows of an image one after the
	// other, channels last, from -1 (black) to 1 (white). They fill the grid row by row.
	//
	// Values outside of [-1, 1] count as -1 or 1, since a network's images may miss the range a
	// little. Values that aren't finite are an error.
	Images [][]float64
	// Height and Width are the size of an image in pixels. Both 0 means that images are square.
	Height, Width int
	// Channels is 1 for grey images, or 3 for red, green and blue. 0 means 1.
	Channels int
	// Columns is the number of images in a row, at most 1,000. 0 means the number of ColumnLabels;
	// without these, as few as give each of RowLabels a row; and without any labels 10, or n if
	// that is less.
	Columns int
	// RowLabels are written on the left of the rows, and ColumnLabels above the columns: one for
	// each, or nil.
	RowLabels, ColumnLabels []string
}

// Limits of a grid.
const (
	maxImages = 1000
	maxPixels = 64_000_000 // Of all places in the grid. A pixel takes at least 4 bytes in drawing.
)

// Images shows a grid of images: samples of a model, a row for each class, the steps between two
// samples, or samples and below each its nearest training image.
//
// Pixels are drawn as they are, without axes: -1 is black and 1 is white. All grids of a figure
// have the same scale. Where there is room, each pixel of an image covers the same whole number of
// dots in [Figure.PNG]; smaller images are smoothed. An image has an edge of at most 96 CSS pixels,
// or as many dots as pixels if it has more. The grid doesn't repeat row labels that the panel on
// its left has too, nor column labels of the panel above.
//
// Drawing the panel fails without images, for more than 1,000, for a grid of more than 64 million
// pixels, for the wrong number of values or labels, for values that aren't finite, and after
// [Panel.Within] and [Panel.Over].
func Images(title string, grid ImageGrid) Panel {
	panel := Panel{title: title}
	images, err := newImageCells(grid)
	if err != nil {
		panel.fail(err)
		return panel
	}
	panel.images = images
	panel.rowLabels = slices.Clone(grid.RowLabels)
	panel.columnLabels = slices.Clone(grid.ColumnLabels)
	panel.alt = images.describe(grid.RowLabels, grid.ColumnLabels)
	return panel
}

// newImageCells checks a grid of images and copies its pixels.
func newImageCells(grid ImageGrid) (*imageCells, error) {
	n := len(grid.Images)
	if n == 0 {
		return nil, errors.New("no images")
	}
	if n > maxImages {
		return nil, fmt.Errorf("%d images, want at most %d: choose some", n, maxImages)
	}
	cells := &imageCells{
		pixels: make([][]uint8, n), height: grid.Height, width: grid.Width,
		channels: grid.Channels, columns: grid.columns(),
	}
	if cells.channels == 0 {
		cells.channels = 1
	}
	if cells.channels != 1 && cells.channels != 3 {
		return nil, fmt.Errorf("Channels is %d, want 1 or 3", grid.Channels)
	}
	if grid.Height == 0 && grid.Width == 0 {
		values := len(grid.Images[0])
		side := int(math.Sqrt(float64(values / cells.channels)))
		if side*side*cells.channels != values || side == 0 {
			return nil, fmt.Errorf("images[0] has %d values, want those of a square image with %d "+
				"channels, or Height, Width and Channels set", values, cells.channels)
		}
		cells.height, cells.width = side, side
	}
	if cells.height < 1 || cells.width < 1 {
		return nil, fmt.Errorf("Height is %d and Width is %d, want both at least 1, or both 0 for "+
			"square images", grid.Height, grid.Width)
	}
	if cells.columns < 1 || cells.columns > maxImages {
		return nil, fmt.Errorf("Columns is %d, want 1 to %d, or 0 for a default",
			cells.columns, maxImages)
	}
	for i, values := range grid.Images {
		want := cells.height * cells.width * cells.channels
		if len(values) != want || max(cells.height, cells.width) > want { // Or want overflows.
			return nil, fmt.Errorf("images[%d] has %d values, want %d = %d high · %d wide · %d "+
				"channels", i, len(values), want, cells.height, cells.width, cells.channels)
		}
	}
	if all := cells.rows() * cells.columns * cells.height * cells.width; all > maxPixels {
		return nil, fmt.Errorf("%d × %d images of %d × %d pixels make %.1f million pixels, want "+
			"at most %d million: choose fewer or smaller images", cells.rows(), cells.columns,
			cells.height, cells.width, float64(all)/1e6, maxPixels/1_000_000)
	}
	for i, values := range grid.Images {
		pixels := make([]uint8, len(values))
		for k, value := range values {
			if math.IsNaN(value) || math.IsInf(value, 0) {
				return nil, fmt.Errorf("images[%d][%d] is %v, want a number from -1 to 1",
					i, k, value)
			}
			pixels[k] = uint8(math.Round(127.5 * (1 + min(max(value, -1), 1))))
		}
		cells.pixels[i] = pixels
	}
	if rows := cells.rows(); grid.RowLabels != nil && len(grid.RowLabels) != rows {
		return nil, fmt.Errorf("%d RowLabels for %d rows", len(grid.RowLabels), rows)
	}
	if grid.ColumnLabels != nil && len(grid.ColumnLabels) != cells.columns {
		return nil, fmt.Errorf("%d ColumnLabels for %d columns",
			len(grid.ColumnLabels), cells.columns)
	}
	return cells, nil
}

// columns returns the number of images in a row.
func (g ImageGrid) columns() int {
	n := len(g.Images)
	switch {
	case g.Columns != 0:
		return g.Columns
	case len(g.ColumnLabels) > 0:
		return len(g.ColumnLabels)
	case len(g.RowLabels) > 0:
		return (n + len(g.RowLabels) - 1) / len(g.RowLabels)
	}
	return min(n, 10)
}
