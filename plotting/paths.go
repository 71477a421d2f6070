package plotting

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Path is a line through points in the plane, with a dot at the last point.
type Path struct {
	Name   string      // In the legend; an empty name has no entry.
	Points [][]float64 // [n, 2], at least two points, finite and at most 1e300 in magnitude.
}

// Paths shows at least one path, each in its own colour: for instance the path of a flow, and the
// steps that start at its first point.
func Paths(title string, paths ...Path) Panel {
	panel := Panel{title: title, square: true}
	if len(paths) == 0 {
		panel.fail(errors.New("no paths"))
	}
	for i, path := range paths {
		err := checkPoints("points", path.Points)
		if err == nil && len(path.Points) < 2 {
			err = errors.New("1 point, want at least 2")
		}
		if err != nil {
			panel.fail(fmt.Errorf("path %q: %w", path.Name, err))
			return panel
		}
		line, err := plotter.NewLine(toXYs(path.Points))
		if err != nil {
			panel.fail(err)
			return panel
		}
		lineColor := palette[i%len(palette)]
		line.LineStyle = draw.LineStyle{Color: lineColor, Width: vg.Points(2)}
		panel.plotters = append(panel.plotters, line)
		panel.addPoints("", path.Points[len(path.Points)-1:], lineColor, pathEnd)
		if path.Name != "" {
			panel.legend = append(panel.legend, legendEntry{path.Name, line})
		}
	}
	if panel.err == nil {
		panel.alt = describePaths(paths)
	}
	panel.fit()
	return panel
}
