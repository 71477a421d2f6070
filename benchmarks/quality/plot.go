package main

import (
	"math"
	"slices"
	"strconv"

	"github.com/meanflow-go/meanflow/plotting"
)

// panels are the works in the figure.
var panels = []string{"checkerboard", "spiral", "breast cancer", "digit codes"}

// baselineSteps is the number of sampling steps of the baseline.
const baselineSteps = 100

// plot writes a figure as a PNG file: quality in one step against seconds of training, with a panel
// for each of panels and a line for each compared recipe through its own numbers of training steps.
// Results of other numbers, from the flag -steps, are in the tables only.
func (r *report) plot(path string) error {
	var grid [][]plotting.Panel
	for names := range slices.Chunk(panels, 2) {
		var drawn []plotting.Panel
		for _, name := range names {
			drawn = append(drawn, r.panel(workByName(name)))
		}
		grid = append(grid, drawn)
	}
	return plotting.Grid(grid...).Save(path)
}

// panel returns the panel of a work, with empty axes if it has no results.
func (r *report) panel(of work) plotting.Panel {
	shown, rows := of.columns()[0], r.rows(of.name())
	var lines []plotting.Line
	best := math.Inf(1)
	for _, trained := range allRecipes {
		line := plotting.Line{Name: trained.name}
		for _, measured := range rows {
			isOwn := slices.Contains(trained.lengths[of.kind()], measured.trainingSteps)
			if measured.recipe != trained.name || !isOwn {
				continue
			}
			if quality, ok := measured.mean(1, shown.measure); ok {
				line.X = append(line.X, measured.seconds())
				line.Y = append(line.Y, quality)
			}
			if quality, ok := measured.mean(baselineSteps, shown.measure); ok &&
				trained.figure == baseline {
				best = min(best, quality)
			}
		}
		if trained.figure == compared && len(line.X) > 0 {
			lines = append(lines, line)
		}
	}
	if !math.IsInf(best, 1) {
		name := "flow matching, " + strconv.Itoa(baselineSteps) + " steps"
		lines = append(lines, plotting.Line{Name: name, Y: []float64{best}})
	}
	return plotting.Lines(of.name(), "seconds of training", shown.title, lines...)
}
