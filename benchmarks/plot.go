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

// panel is a plot of time against one size of a case, on logarithmic axes.
type panel struct {
	title, size string
	sizeOf      func(Case) (size int, selected bool)
}

// panels are the plots of linear.png.
var panels = []panel{
	{"A training step of mean flow", "batch size", func(c Case) (size int, selected bool) {
		isMeanFlow := c.Objective == meanflow.MeanFlow{}.Name()
		return c.Batch, c.Work == training && c.Width == tutorialWidth && isMeanFlow
	}},
	{"Sampling in 1 step", "points", func(c Case) (size int, selected bool) {
		return c.Points, c.Work == sampling && c.Steps == 1
	}},
	{"Sampling 100,000 points", "steps", func(c Case) (size int, selected bool) {
		return c.Steps, c.Work == sampling && c.Points == 100_000
	}},
}

// plot writes the panels side by side as a PNG file. Each has a dashed line along which time grows
// in proportion to the size, through the first engine's largest case.
func (r *report) plot(path string) error {
	var plots []*plot.Plot
	for _, shown := range panels {
		p, err := r.plotPanel(shown)
		if err != nil {
			return err
		}
		plots = append(plots, p)
	}
	canvas := vgimg.NewWith(vgimg.UseWH(12*vg.Inch, 4*vg.Inch), vgimg.UseDPI(110))
	tiles := draw.Tiles{
		Rows: 1, Cols: len(plots), PadX: vg.Points(18),
		PadTop: vg.Points(6), PadBottom: vg.Points(6),
		PadLeft: vg.Points(6), PadRight: vg.Points(10),
	}
	for k, c := range plot.Align([][]*plot.Plot{plots}, tiles, draw.New(canvas))[0] {
		plots[k].Draw(c)
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = vgimg.PngCanvas{Canvas: canvas}.WriteTo(file)
	return errors.Join(err, file.Close())
}

func (r *report) plotPanel(shown panel) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = shown.title, shown.size, "milliseconds"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.TickerFunc(decades), plot.TickerFunc(decades)
	p.Add(plotter.NewGrid())
	p.Legend.XOffs, p.Legend.YOffs = vg.Points(-20), vg.Points(12)
	for k, name := range []string{"meanflow-go", "JAX", "PyTorch"} {
		var times plotter.XYs
		for _, result := range r.Results {
			if size, selected := shown.sizeOf(result.Case); selected && result.Engine == name {
				times = append(times, plotter.XY{X: float64(size), Y: median(result.Values)})
			}
		}
		if len(times) == 0 {
			continue
		}
		if k == 0 {
			last := times[len(times)-1]
			first := plotter.XY{X: times[0].X, Y: last.Y * times[0].X / last.X}
			linear, err := plotter.NewLine(plotter.XYs{first, last})
			if err != nil {
				return nil, err
			}
			linear.Dashes = plotutil.Dashes(1)
			p.Add(linear)
			p.Legend.Add("linear", linear)
		}
		line, dots, err := plotter.NewLinePoints(times)
		if err != nil {
			return nil, err
		}
		line.Color, dots.Color, dots.Shape = plotutil.Color(k), plotutil.Color(k), plotutil.Shape(k)
		line.Width = vg.Points(1.5)
		p.Add(line, dots)
		p.Legend.Add(name, line, dots)
	}
	// Axes of whole decades make the panels equally large.
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Min = math.Pow(10, math.Floor(math.Log10(axis.Min)))
		axis.Max = math.Pow(10, math.Ceil(math.Log10(axis.Max)))
	}
	return p, nil
}

// decades are the ticks of a logarithmic axis from one power of ten to another.
func decades(low, high float64) (ticks []plot.Tick) {
	for value := low; value < 1.01*high; value *= 10 {
		label := strconv.FormatFloat(value, 'f', -1, 64)
		ticks = append(ticks, plot.Tick{Value: value, Label: label})
	}
	return ticks
}
