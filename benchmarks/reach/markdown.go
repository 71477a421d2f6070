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

// line are the seconds, steps and measures of a contestant, or its best ones if it does not reach
// the quality.
func (c *contest) line() string {
	finals := c.finals()
	if !c.isReachedBy(finals) {
		best := c.best()
		if best == nil {
			return "not reached | | "
		}
		return fmt.Sprintf("not reached; best after %.0f | %d | %s",
			best.Seconds, best.Steps, cell(c.work, best.Measures))
	}
	slices.SortFunc(finals, func(a, b *trial) int { return cmp.Compare(a.Seconds, b.Seconds) })
	middle := finals[len(finals)/2]
	return fmt.Sprintf("%.1f [%.1f–%.1f] | %d | %s", middle.Seconds, finals[0].Seconds,
		finals[len(finals)-1].Seconds, middle.Steps, cell(c.work, middle.Measures))
}

// cell formats measures of a work, separated by slashes.
func cell(of work, measured measures) string {
	var parts []string
	for _, c := range of.columns() {
		parts = append(parts, fmt.Sprintf(c.format, measured[c.measure]))
	}
	return strings.Join(parts, " / ")
}
