package plotting

import (
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	maxRowLabel = 160 * cssPixel // The greatest width of a label of a row.
	labelRoom   = 6 * cssPixel   // Between a label and its row.
)

// drawImages draws the images, and their labels on the left and above.
func (p Panel) drawImages(canvas draw.Canvas) {
	grid := p.images.place(canvas, p.factor)
	whole, _ := enlarged(p.factor)
	canvas.DrawImage(grid, p.images.raster(whole))
	corner := vg.Point{X: grid.Min.X, Y: grid.Max.Y}
	style := textStyle(textSize, gray, draw.XRight, draw.YCenter)
	for i, label := range p.rowLabels {
		y := corner.Y + p.images.centre(i, 0, p.factor).Y
		label = fitted(label, "", textSize, maxRowLabel)
		canvas.FillText(style, vg.Point{X: corner.X - labelRoom, Y: y + rise}, label)
	}
	style = textStyle(textSize, gray, draw.XCenter, draw.YTop)
	for j := range p.columnLabels {
		lines := p.columnLabelLines(j)
		x := corner.X + p.images.centre(0, j, p.factor).X
		y := corner.Y + titleRoom + vg.Length(len(lines))*textLine
		for _, line := range lines {
			canvas.FillText(style, vg.Point{X: x, Y: y}, line)
			y -= textLine
		}
	}
}

// rowLabelsWidth returns the room of the labels of rows.
func (p Panel) rowLabelsWidth() vg.Length {
	width := vg.Length(0)
	for _, label := range p.rowLabels {
		width = max(width, labelRoom+min(textWidth(label, textSize), maxRowLabel))
	}
	return width
}

// columnLabelLines returns a column's label in at most two lines, for the width of an image.
func (p Panel) columnLabelLines(column int) []string {
	width := vg.Length(float64(p.images.width)*p.factor) * pictureDot
	return wrapped(p.columnLabels[column], "", textSize, width)
}

// columnLabelsHeight returns the room of the labels of columns.
func (p Panel) columnLabelsHeight() vg.Length {
	lines := 0
	for j := range p.columnLabels {
		lines = max(lines, len(p.columnLabelLines(j)))
	}
	return vg.Length(lines) * textLine
}

// dropRepeatedLabels drops labels of rows that the panel on the left has too, and labels of columns
// that the panel above has too. The panel is the one in row i and column j.
func (p *Panel) dropRepeatedLabels(panels [][]Panel, i, j int) {
	if j > 0 {
		left := panels[i][j-1]
		if left.images != nil && left.images.height == p.images.height &&
			slices.Equal(left.rowLabels, p.rowLabels) {
			p.rowLabels = nil
		}
	}
	if i > 0 {
		above := panels[i-1][j]
		if above.images != nil && above.images.width == p.images.width &&
			slices.Equal(above.columnLabels, p.columnLabels) {
			p.columnLabels = nil
		}
	}
}
