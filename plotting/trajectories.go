package plotting

import (
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Trajectories shows the paths of points from noise to data: states is [times][n][2], the noise first and
// the data last, as a model's Trajectory returns them. With two states they are straight lines, such as
// those between the pairs of a training.
func Trajectories(title string, states [][][]float64) Panel {
	panel := Panel{plot: newPlot(title), square: true}
	if len(states) < 2 {
		panel.fail(fmt.Errorf("there are points at %d times, there must be at least 2", len(states)))
		return panel
	}
	noise, data := states[0], states[len(states)-1]
	for i, state := range states {
		if len(state) != len(noise) {
			panel.fail(fmt.Errorf("there are %d points at time %d, at the first time there are %d", len(state), i, len(noise)))
			return panel
		}
		if err := checkPoints(state); err != nil {
			panel.fail(fmt.Errorf("time %d: %w", i, err))
			return panel
		}
	}
	for k := range noise {
		path := make(plotter.XYs, len(states))
		for i, state := range states {
			path[i].X, path[i].Y = state[k][0], state[k][1]
		}
		line, err := plotter.NewLine(path)
		if err != nil {
			panel.fail(err)
			return panel
		}
		line.LineStyle = draw.LineStyle{Color: withOpacity(pathColor, 0.35), Width: vg.Points(0.7)}
		panel.plot.Add(line)
	}
	panel.addPoints("noise", noise, noiseColor, 0.9, 2)
	panel.addPoints("data", data, targetColor, 0.9, 2)
	panel.fit()
	return panel
}
