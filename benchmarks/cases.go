package main

import (
	"fmt"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Case is what is measured.
type Case struct {
	Work      work    `json:"work"`
	Objective string  `json:"objective,omitempty"`
	Width     int     `json:"width"`
	Batch     int     `json:"batch,omitempty"`
	Points    int     `json:"points,omitempty"`
	Steps     int     `json:"steps,omitempty"`
	Seconds   float64 `json:"seconds"` // That a turn takes.
}

// work is the kind of a case.
type work string

const (
	training work = "training" // Milliseconds of a training step: data drawn, loss, gradient, Adam.
	sampling work = "sampling" // Milliseconds of a call that generates points.
	starting work = "start"    // Seconds from the start of a process until it has trained for 1,000 steps.
	memory   work = "memory"   // Seconds from the start of a process until it has sampled once, and its peak memory.
)

// fresh says whether a case is a process of its own.
func (c Case) fresh() bool { return c.Work == starting || c.Work == memory }

func (c Case) unit() string {
	if c.fresh() {
		return "s"
	}
	return "ms"
}

func (c Case) String() string {
	switch c.Work {
	case training:
		return fmt.Sprintf("%s, width %d, batch %d", c.Objective, c.Width, c.Batch)
	case sampling:
		return points(c)
	case starting:
		return fmt.Sprintf("start to trained, %s, width %d, batch %d", c.Objective, c.Width, c.Batch)
	}
	return "start to " + points(c)
}

func points(c Case) string {
	text := fmt.Sprintf("%d points in %d step", c.Points, c.Steps)
	if c.Steps != 1 {
		text += "s"
	}
	return text
}

// tutorial is the size of the post's code.
const tutorialWidth, tutorialBatch = 64, 2048

// sizes of a training step are the tutorial's, and what is around it. A step of width 1,024 and batch 65,536 would
// take 15 seconds.
var sizes = []struct{ width, batch int }{
	{64, 256}, {64, 2048}, {64, 8192}, {64, 32768}, {64, 65536},
	{128, 4096}, {256, 256}, {256, 2048}, {256, 8192}, {1024, 256}, {1024, 2048},
}

func cases(seconds float64) (all []Case) {
	for _, size := range sizes {
		for _, objective := range []meanflow.Objective{meanflow.FlowMatching{}, meanflow.MeanFlow{}} {
			all = append(all, Case{Work: training, Objective: objective.Name(), Width: size.width, Batch: size.batch, Seconds: seconds})
		}
	}
	for _, points := range []int{1_000, 10_000, 100_000, 1_000_000} {
		for _, steps := range []int{1, 2, 5, 100} {
			if points*steps < 100_000_000 { // A round of that would take four minutes.
				all = append(all, Case{Work: sampling, Width: tutorialWidth, Points: points, Steps: steps, Seconds: seconds})
			}
		}
	}
	return append(all,
		Case{Work: starting, Objective: meanflow.MeanFlow{}.Name(), Width: tutorialWidth, Batch: tutorialBatch},
		Case{Work: memory, Width: tutorialWidth, Points: 1_000_000, Steps: 1},
	)
}

// isTutorials says of a case that it is the one to be known best: it has three times as many rounds.
func isTutorials(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch == tutorialBatch
}

// isSmall says of a case that an engine can do it which takes ten times as long as XLA.
func isSmall(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch <= tutorialBatch ||
		c.Work == sampling && c.Points*c.Steps <= 10_000 || c.Work == starting
}

// isWorthDividing says of a case that several devices may share it.
func isWorthDividing(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch >= tutorialBatch
}

// isQuicklyCompiled says of a case that it need not be compiled for long.
func isQuicklyCompiled(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch <= 8192
}
