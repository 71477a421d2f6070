package main

import (
	"errors"
	"math"
	"os"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/meanflow-go/meanflow/meanflow"
)

// plot shows how time grows with what there is to do, both on scales on which what grows linearly rises by one decade
// a decade, as the dashed lines do.
func (r *report) plot(path string) error {
	step := func(c Case) (float64, bool) {
		return float64(c.Batch), c.Work == training && c.Width == tutorialWidth && c.Objective == (meanflow.MeanFlow{}).Name()
	}
	points := func(c Case) (float64, bool) { return float64(c.Points), c.Work == sampling && c.Steps == 1 }
	steps := func(c Case) (float64, bool) { return float64(c.Steps), c.Work == sampling && c.Points == 100_000 }
	var panels []*plot.Plot
	for _, panel := range []struct {
		title, x, y string
		at          func(Case) (float64, bool)
	}{
		{"a training step of mean flow", "batch", "milliseconds", step},
		{"sampling in one step", "points", "milliseconds", points},
		{"sampling 100000 points", "steps", "milliseconds", steps},
	} {
		p := plot.New()
		p.Title.Text, p.X.Label.Text, p.Y.Label.Text = panel.title, panel.x, panel.y
		p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.TickerFunc(decades)
		p.Add(plotter.NewGrid())
		p.Legend.XOffs, p.Legend.YOffs = vg.Points(-20), vg.Points(12)
		for k, engine := range []string{"this", "JAX", "PyTorch"} {
			var line plotter.XYs
			for _, result := range r.Results {
				if x, is := panel.at(result.Case); is && result.Engine == engine {
					line = append(line, plotter.XY{X: x, Y: median(result.Values)})
				}
			}
			if len(line) == 0 {
				continue
			}
			if k == 0 {
				last := line[len(line)-1]
				linear, err := plotter.NewLine(plotter.XYs{{X: line[0].X, Y: last.Y * line[0].X / last.X}, last})
				if err != nil {
					return err
				}
				linear.Dashes = plotutil.Dashes(1)
				p.Add(linear)
				p.Legend.Add("linear", linear)
			}
			drawn, dots, err := plotter.NewLinePoints(line)
			if err != nil {
				return err
			}
			drawn.Color, dots.Color, dots.Shape = plotutil.Color(k), plotutil.Color(k), plotutil.Shape(k)
			drawn.Width = vg.Points(1.5)
			p.Add(drawn, dots)
			p.Legend.Add(engine, drawn, dots)
		}
		// Whole decades, so that the panels are of one size.
		for _, axis := range []*plot.Axis{&p.X, &p.Y} {
			axis.Min, axis.Max = math.Pow(10, math.Floor(math.Log10(axis.Min))), math.Pow(10, math.Ceil(math.Log10(axis.Max)))
		}
		panels = append(panels, p)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(12*vg.Inch, 4*vg.Inch), vgimg.UseDPI(110))
	tiles := draw.Tiles{Rows: 1, Cols: len(panels), PadX: vg.Points(18), PadTop: vg.Points(6), PadBottom: vg.Points(6), PadLeft: vg.Points(6), PadRight: vg.Points(10)}
	for k, c := range plot.Align([][]*plot.Plot{panels}, tiles, draw.New(canvas))[0] {
		panels[k].Draw(c)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = vgimg.PngCanvas{Canvas: canvas}.WriteTo(file)
	return errors.Join(err, file.Close())
}

// decades are the ticks of a logarithmic axis that spans whole ones.
func decades(low, high float64) (ticks []plot.Tick) {
	for value := low; value < 1.01*high; value *= 10 {
		ticks = append(ticks, plot.Tick{Value: value, Label: strconv.FormatFloat(value, 'f', -1, 64)})
	}
	return ticks
}
