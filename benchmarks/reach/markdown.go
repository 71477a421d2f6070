package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const tablesHead = `# Time to quality

%s, %d cores. Seconds from the start of a process, with imports and compilation, until samples in
one step are as good as asked: the median of three trainings with seeds of their own and, in
brackets, the range. The steps are those of training. "make bench-quality" writes this file.
`

// tables is reach.md: a Markdown table for each work.
func (r *report) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, tablesHead, r.Processor, r.Cores)
	text.WriteString("\n" + r.summary())
	for _, of := range allWorks {
		contests := r.contests(of)
		if len(contests) == 0 {
			continue
		}
		var titles, limits []string
		for _, c := range of.columns() {
			titles = append(titles, c.title)
			limits = append(limits, fmt.Sprintf("%s at most "+c.format, c.title,
				of.asked()[c.measure]))
		}
		fmt.Fprintf(&text, "\n## %s\n\nAsked: %s.\n\n", of.name(), strings.Join(limits, ", "))
		fmt.Fprintf(&text, "| | seconds | steps | %s |\n|---|---:|---:|---:|\n",
			strings.Join(titles, " / "))
		for _, c := range contests {
			fmt.Fprintf(&text, "| %s | %s |\n", c.contestant.name, c.line())
		}
	}
	return text.String()
}

// summary is a Markdown table of the median seconds, with a line for each contestant and a column
// for each work.
func (r *report) summary() string {
	var text strings.Builder
	text.WriteString("| seconds |")
	for _, of := range allWorks {
		fmt.Fprintf(&text, " %s |", of.name())
	}
	fmt.Fprintf(&text, "\n|---|%s\n", strings.Repeat("---:|", len(allWorks)))
	for _, c := range allContestants("") {
		cells := make([]string, len(allWorks))
		for k, of := range allWorks {
			cells[k] = r.contest(c, of).summary()
		}
		fmt.Fprintf(&text, "| %s | %s |\n", c.name, strings.Join(cells, " | "))
	}
	return text.String()
}

// summary are the median seconds, or nothing for works that the contestant does not learn.
func (c *contest) summary() string {
	finals := c.finals()
	switch {
	case len(finals) == 0:
		return ""
	case !c.isReachedBy(finals):
		return c.without()
	}
	return fmt.Sprintf("%.1f", middle(finals).Seconds)
}

// without says why a contestant has not reached the quality.
func (c *contest) without() string {
	if _, _, goesOn := c.next(); goesOn {
		return "not finished"
	}
	return "not reached"
}

// middle returns the trial with the median of the seconds, and sorts the trials by them.
func middle(trials []*trial) *trial {
	slices.SortStableFunc(trials, func(a, b *trial) int {
		return cmp.Compare(a.Seconds, b.Seconds)
	})
	return trials[len(trials)/2]
}

// line are the seconds, steps and measures of a contestant, or its best ones if it does not reach
// the quality.
func (c *contest) line() string {
	finals := c.finals()
	if !c.isReachedBy(finals) {
		best := c.best()
		if best == nil {
			return c.without() + " | | "
		}
		return fmt.Sprintf("%s; best after %.0f | %d | %s", c.without(), best.Seconds,
			best.Steps, cell(c.work, best.Measures))
	}
	shown := middle(finals)
	return fmt.Sprintf("%.1f [%.1f–%.1f] | %d | %s", shown.Seconds, finals[0].Seconds,
		finals[len(finals)-1].Seconds, shown.Steps, cell(c.work, shown.Measures))
}

// cell formats measures of a work, separated by slashes.
func cell(of work, measured measures) string {
	var parts []string
	for _, c := range of.columns() {
		parts = append(parts, fmt.Sprintf(c.format, measured[c.measure]))
	}
	return strings.Join(parts, " / ")
}
