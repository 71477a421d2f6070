package plotting

import (
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// legendEntry is a name in a legend and the picture beside it.
type legendEntry struct {
	name      string
	thumbnail plot.Thumbnailer
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

// drawLegend puts the entries side by side at the top left of the canvas.
func (f Figure) drawLegend(canvas draw.Canvas) {
	for _, entry := range f.legend() {
		legend := plot.NewLegend()
		legend.Top, legend.Left = true, true
		legend.TextStyle.Font = sans(12)
		legend.ThumbnailWidth = 18
		legend.Add(entry.name, entry.thumbnail)
		legend.Draw(canvas)
		canvas = draw.Crop(canvas, legend.Rectangle(canvas).Size().X+gap, 0, 0, 0)
	}
}

// dot represents a set of points in a legend.
type dot struct{ color color.NRGBA }

func (d dot) Thumbnail(canvas *draw.Canvas) {
	style := draw.GlyphStyle{Color: d.color, Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}
	canvas.DrawGlyph(style, canvas.Center())
}
