package plotting

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	legendHeight   = 20 * cssPixel // Of a line.
	legendRoom     = 6 * cssPixel  // Below the last line.
	thumbnailWidth = 20 * cssPixel
	thumbnailRoom  = 5 * cssPixel  // Between a picture and its name.
	entryGap       = 18 * cssPixel // Between entries.
)

// legendEntry is a name in a legend and the picture beside it.
type legendEntry struct {
	name      string
	thumbnail plot.Thumbnailer
}

// width returns the width of the entry.
func (e legendEntry) width() vg.Length {
	return thumbnailWidth + thumbnailRoom + textWidth(e.name, textSize)
}

// legend returns the entries of all panels, the first one of each name.
func (f Figure) legend() []legendEntry {
	var entries []legendEntry
	for _, row := range f.rows {
		for _, panel := range row {
			for _, entry := range panel.legend {
				sameName := func(other legendEntry) bool { return other.name == entry.name }
				if !slices.ContainsFunc(entries, sameName) {
					entries = append(entries, entry)
				}
			}
		}
	}
	return entries
}

// legendLines divides the entries of the legend into lines that fit in a width. It shortens names
// that don't.
func (f Figure) legendLines(width vg.Length) [][]legendEntry {
	var lines [][]legendEntry
	var x vg.Length // The end of the last line.
	for _, entry := range f.legend() {
		entry.name = fitted(entry.name, "", textSize, width-thumbnailWidth-thumbnailRoom)
		if len(lines) == 0 || x+entryGap+entry.width() > width {
			lines = append(lines, nil)
			x = -entryGap
		}
		last := len(lines) - 1
		lines[last] = append(lines[last], entry)
		x += entryGap + entry.width()
	}
	return lines
}

// legendRoomFor returns the height of a legend and the room below it.
func legendRoomFor(lines int) vg.Length {
	if lines == 0 {
		return 0
	}
	return vg.Length(lines)*legendHeight + legendRoom
}

// drawLegend draws the legend at the top of the canvas.
func (f Figure) drawLegend(canvas draw.Canvas) {
	style := textStyle(textSize, color.Black, draw.XLeft, draw.YCenter)
	y := canvas.Max.Y - legendHeight/2
	for _, line := range f.legendLines(canvas.Size().X) {
		x := canvas.Min.X
		for _, entry := range line {
			entry.thumbnail.Thumbnail(&draw.Canvas{Canvas: canvas.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: x, Y: y - textSize/2*cssPixel},
				Max: vg.Point{X: x + thumbnailWidth, Y: y + textSize/2*cssPixel},
			}})
			text := vg.Point{X: x + thumbnailWidth + thumbnailRoom, Y: y + rise}
			canvas.FillText(style, text, entry.name)
			x += entry.width() + entryGap
		}
		y -= legendHeight
	}
}

// dot represents a set of points in a legend.
type dot struct{ color color.NRGBA }

func (d dot) Thumbnail(canvas *draw.Canvas) {
	style := draw.GlyphStyle{Color: d.color, Radius: vg.Points(3), Shape: draw.CircleGlyph{}}
	canvas.DrawGlyph(style, canvas.Center())
}
