package plotting

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// fitImages sets the sizes of the data areas of a figure without other panels than images: those
// of the grids at the largest scale at which all fit into a width and a height.
func (l *layout) fitImages(width, height vg.Length) {
	least := 0.0
	for _, panel := range l.all() {
		least = max(least, panel.images.minFactor())
	}
	l.scaleImages(least, func() bool {
		l.fill(minSide, 0)
		for i, row := range l.panels {
			for j, panel := range row {
				across, upwards := panel.images.size(panel.factor)
				l.columns[j].data = max(l.columns[j].data, across)
				l.rows[i].data = max(l.rows[i].data, upwards)
			}
		}
		across, upwards := vg.Length(0), vg.Length(0)
		for _, column := range l.columns {
			across += column.data
		}
		for _, row := range l.rows {
			upwards += row.data
		}
		return across <= width && upwards <= height
	})
}

// fitsImages reports whether each grid of images fits into its data area.
func (l *layout) fitsImages() bool {
	for i, row := range l.panels {
		for j, panel := range row {
			if panel.images == nil {
				continue
			}
			across, upwards := panel.images.size(panel.factor)
			if across > l.columns[j].data || upwards > l.rows[i].data {
				return false
			}
		}
	}
	return true
}

// scaleImages sets the dots per pixel of all images to the largest number for which fits reports
// true: a whole number, or one from least to 2. It is least if nothing fits.
func (l *layout) scaleImages(least float64, fits func() bool) {
	most := math.Inf(1)
	for _, panel := range l.all() {
		if panel.images != nil {
			most = min(most, panel.images.maxFactor())
		}
	}
	fitsAt := func(factor float64) bool {
		for _, panel := range l.all() {
			panel.factor = factor
		}
		return fits()
	}
	for factor := most; factor >= min(2, most); factor-- {
		if fitsAt(factor) {
			return
		}
	}
	high := min(2, most)
	for range 20 { // Until a millionth is left.
		if middle := (least + high) / 2; fitsAt(middle) {
			least = middle
		} else {
			high = middle
		}
	}
	fitsAt(least)
}

// all returns all panels, row by row.
func (l *layout) all() []*Panel {
	var panels []*Panel
	for _, row := range l.panels {
		for j := range row {
			panels = append(panels, &row[j])
		}
	}
	return panels
}

// sidesAcross returns the width of a grid of images beside squares, in sides of a square, for a
// height of one side.
func (c *imageCells) sidesAcross() vg.Length {
	const most = 2.5
	width, height := c.size(1)
	return min(max(1, width/height), most)
}
