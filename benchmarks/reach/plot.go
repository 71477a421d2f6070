package main

import "github.com/meanflow-go/meanflow/plotting"

// plot writes a figure as a PNG file: quality against seconds, with a panel for each work and a
// line for each contestant through the trials of its first seed.
func (r *report) plot(path string) error {
	var panels []plotting.Panel
	for _, of := range allWorks {
		lines := []plotting.Line{}
		for _, c := range r.contests(of) {
			line := plotting.Line{Name: c.contestant.name}
			for _, t := range c.of(0) {
				if t.Measures != nil {
					line.X = append(line.X, t.Seconds)
					line.Y = append(line.Y, t.Measures.over(of.asked()))
				}
			}
			if len(line.X) > 0 {
				lines = append(lines, line)
			}
		}
		lines = append(lines, plotting.Line{Name: "asked", Y: []float64{1}})
		panels = append(panels, plotting.Lines(of.name(), "seconds", "distance / asked", lines...))
	}
	return plotting.Row(panels...).Save(path)
}
