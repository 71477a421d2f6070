package main

import (
	"errors"
	"math"
	"os"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// panels are the works in the figure.
var panels = []string{"checkerboard", "spiral", "breast cancer", "digit codes"}

// plot writes a figure as a PNG file: quality in one step against seconds of training, with a panel
// for each of panels and a line for each compared recipe through its numbers of training steps.
func (r *report) plot(path string) error {
	legend := plot.NewLegend()
	legend.Top, legend.Left = true, true
	legend.Padding = vg.Points(3)
	named := map[string]bool{} // Recipes in the legend.
	var grid [][]*plot.Plot
	for names := range slices.Chunk(panels, 2) {
		var line []*plot.Plot
		for _, name := range names {
			p, err := r.plotPanel(workByName(name), &legend, named)
			if err != nil {
				return err
			}
			line = append(line, p)
		}
		grid = append(grid, line)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(11*vg.Inch, 7.5*vg.Inch), vgimg.UseDPI(110))
	whole := draw.New(canvas)
	tiles := draw.Tiles{
		Rows: len(grid), Cols: len(grid[0]), PadX: vg.Points(18), PadY: vg.Points(14),
		PadTop: vg.Points(6), PadBottom: vg.Points(6), PadLeft: vg.Points(6),
	}
	const legendWidth = 2.6 * vg.Inch
	for i, line := range grid {
		for j, p := range line {
			p.Draw(tiles.At(draw.Crop(whole, 0, -legendWidth, 0, 0), j, i))
		}
	}
	legend.Draw(draw.Crop(whole, whole.Max.X-legendWidth+vg.Points(10), 0, 0, -vg.Points(20)))
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = vgimg.PngCanvas{Canvas: canvas}.WriteTo(file)
	return errors.Join(err, file.Close())
}

// plotPanel plots a work. It adds recipes to the legend that are not named there yet.
func (r *report) plotPanel(
	of work, legend *plot.Legend, named map[string]bool,
) (*plot.Plot, error) {
	p, shown := plot.New(), of.columns()[0]
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = of.name(), "seconds of training", shown.title
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(roundNumbers), plot.TickerFunc(roundNumbers)
	p.Add(plotter.NewGrid())
	add := func(name string, drawn ...plot.Plotter) {
		p.Add(drawn...)
		if !named[name] {
			named[name] = true
			var thumbnails []plot.Thumbnailer
			for _, plotter := range drawn {
				thumbnails = append(thumbnails, plotter.(plot.Thumbnailer))
			}
			legend.Add(name, thumbnails...)
		}
	}
	count, best := 0, math.Inf(1)
	rows := r.rows(of.name())
	for _, trained := range allRecipes {
		var points plotter.XYs
		for _, line := range rows {
			if line.recipe != trained.name {
				continue
			}
			if quality, ok := line.mean(1, shown.measure); ok {
				points = append(points, plotter.XY{X: line.seconds(), Y: quality})
			}
			if quality, ok := line.mean(baselineSteps, shown.measure); ok &&
				trained.figure == baseline {
				best = min(best, quality)
			}
		}
		if trained.figure != compared {
			continue
		}
		if len(points) > 0 {
			line, dots, err := plotter.NewLinePoints(points)
			if err != nil {
				return nil, err
			}
			line.Color, dots.Color = plotutil.Color(count), plotutil.Color(count)
			dots.Shape, dots.Radius = plotutil.Shape(count), vg.Points(3.5)
			line.Width = vg.Points(1.5)
			add(trained.name, line, dots)
		}
		count++ // Also without points: a recipe has the same color in all panels.
	}
	if count == 0 || p.X.Min > p.X.Max { // No results.
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 1, 100, 0.01, 1
	}
	p.X.Min, p.X.Max = p.X.Min/1.3, p.X.Max*1.3
	if !math.IsInf(best, 1) {
		line, err := plotter.NewLine(plotter.XYs{{X: p.X.Min, Y: best}, {X: p.X.Max, Y: best}})
		if err != nil {
			return nil, err
		}
		line.Dashes = plotutil.Dashes(1)
		add("flow matching, "+strconv.Itoa(baselineSteps)+" steps", line)
	}
	p.Y.Min, p.Y.Max = p.Y.Min/1.2, p.Y.Max*1.2
	return p, nil
}

// baselineSteps is the number of sampling steps of the baseline.
const baselineSteps = 100

// roundNumbers are ticks of a logarithmic axis from low to high.
func roundNumbers(low, high float64) (ticks []plot.Tick) {
	for decade := math.Pow(10, math.Floor(math.Log10(low))); decade <= high; decade *= 10 {
		for _, digit := range []float64{1, 1.5, 2, 3, 5, 7} {
			if value := digit * decade; value >= low && value <= high {
				label := strconv.FormatFloat(value, 'g', 6, 64)
				ticks = append(ticks, plot.Tick{Value: value, Label: label})
			}
		}
	}
	return ticks
}
