package plotting

import (
	"fmt"
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Trajectories shows how points move from noise to data, a line for each point. The states are
// [times, n, 2]: at least two times, the noise first and the data last, as a model's Trajectory
// returns them. Two states give straight lines, such as those between the pairs of a training.
func Trajectories(title string, states [][][]float64) Panel {
	panel := Panel{title: title, square: true}
	if len(states) < 2 {
		panel.fail(fmt.Errorf("states at %d times, want at least 2", len(states)))
		return panel
	}
	noise, data := states[0], states[len(states)-1]
	for i, state := range states {
		if len(state) != len(noise) {
			panel.fail(fmt.Errorf("%d points at time %d, want %d as at time 0",
				len(state), i, len(noise)))
			return panel
		}
		if err := checkPoints("points", state); err != nil {
			panel.fail(fmt.Errorf("time %d: %w", i, err))
			return panel
		}
	}
	// Fewer lines are darker.
	opacity := min(0.35*max(1, 10/math.Sqrt(float64(len(noise)+1))), 0.7)
	for k := range noise {
		xys := make(plotter.XYs, len(states))
		for i, state := range states {
			xys[i].X, xys[i].Y = state[k][0], state[k][1]
		}
		line, err := plotter.NewLine(xys)
		if err != nil {
			panel.fail(err)
			return panel
		}
		line.LineStyle = draw.LineStyle{
			Color: withOpacity(pathColor, opacity), Width: vg.Points(0.7),
		}
		panel.plotters = append(panel.plotters, line)
	}
	panel.addPoints("noise", noise, noiseColor, lineEnds)
	panel.addPoints("data", data, targetColor, lineEnds)
	panel.alt = describeTrajectories(states)
	panel.fit()
	return panel
}
