package plotting

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Path is a line through points [n][2], from the first to the last, where it has a dot.
type Path struct {
	Name   string
	Points [][]float64
}

// Paths shows lines in the plane, a colour each: for instance the path of a flow, and where steps from its
// beginning lead.
func Paths(title string, paths ...Path) Panel {
	panel := Panel{plot: newPlot(title), square: true}
	if len(paths) == 0 {
		panel.fail(errors.New("there are no paths"))
	}
	for i, path := range paths {
		err := checkPoints(path.Points)
		if err == nil && len(path.Points) < 2 {
			err = errors.New("a path of 1 point")
		}
		if err != nil {
			panel.fail(fmt.Errorf("path %q: %w", path.Name, err))
			return panel
		}
		xys := make(plotter.XYs, len(path.Points))
		for k, point := range path.Points {
			xys[k].X, xys[k].Y = point[0], point[1]
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			panel.fail(err)
			return panel
		}
		color := palette[i%len(palette)]
		line.LineStyle = draw.LineStyle{Color: color, Width: vg.Points(2)}
		panel.plot.Add(line)
		panel.addPoints("", path.Points[len(path.Points)-1:], color, 1, 4)
		if path.Name != "" {
			panel.legend = append(panel.legend, legendEntry{path.Name, line})
		}
	}
	panel.fit()
	return panel
}
