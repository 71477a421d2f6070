package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Case is one line of the tables: a workload and its size. Unused sizes are 0.
type Case struct {
	Work      work    `json:"work"`
	Objective string  `json:"objective,omitempty"` // The name of a meanflow.Objective.
	Width     int     `json:"width"`               // Outputs of each hidden layer.
	Batch     int     `json:"batch,omitempty"`     // Points in a batch.
	Points    int     `json:"points,omitempty"`    // Points in a sampling call.
	Steps     int     `json:"steps,omitempty"`     // Sampling steps, the NFE.
	Seconds   float64 `json:"seconds"`             // The length of an engine's turn.
}

// work is the workload of a case.
type work string

const (
	// training is a training step: draw data, compute the loss and its gradient, update with Adam.
	training work = "training"
	// sampling is a call that generates points.
	sampling work = "sampling"
	// starting is a process from its start until it has trained for 1,000 steps.
	starting work = "start"
	// beginning is a process from its start until it has trained for ten steps.
	beginning work = "begin"
	// memory is a process from its start until it has sampled once.
	memory work = "memory"
	// codes is a training step of latent.Recommended on codes of digits, with a residual MLP.
	codes work = "codes"
	// transformer is the same training step on the digits' pixels, with a patch transformer.
	transformer work = "transformer"
	// sampledCodes is a call that generates codes of digits, with the network of codes.
	sampledCodes work = "sampled codes"
	// sampledPixels is a call that generates digits with the network of transformer.
	sampledPixels work = "sampled pixels"
	// digits is a call that generates codes and decodes them.
	digits work = "digits"
)

// isOfDigits selects the cases that have to do with digits.
func isOfDigits(c Case) bool {
	return slices.Contains([]work{codes, transformer, sampledCodes, sampledPixels, digits}, c.Work)
}

// ownProcess reports whether each run of the case starts a new process.
func (c Case) ownProcess() bool {
	return c.Work == starting || c.Work == beginning || c.Work == memory
}

// unit is the unit of the case's values.
func (c Case) unit() string {
	if c.ownProcess() {
		return "s"
	}
	return "ms"
}

// String is the case's name in the tables.
func (c Case) String() string {
	switch c.Work {
	case training:
		return c.trainingSize()
	case sampling:
		return c.samplingSize("points")
	case starting:
		return "start to trained, " + c.trainingSize()
	case beginning:
		return "start to ten steps, " + c.trainingSize()
	case codes, transformer:
		return fmt.Sprintf("%s, %s", c.Work, c.trainingSize())
	case sampledCodes:
		return c.samplingSize("codes")
	case sampledPixels:
		return c.samplingSize("images")
	case digits:
		return c.samplingSize("digits")
	}
	return "start to " + c.samplingSize("points")
}

func (c Case) trainingSize() string {
	return fmt.Sprintf("%s, width %d, batch %d", c.Objective, c.Width, c.Batch)
}

func (c Case) samplingSize(of string) string {
	text := fmt.Sprintf("%d %s in %d step", c.Points, of, c.Steps)
	if c.Steps != 1 {
		text += "s"
	}
	return text
}

// The sizes of the tutorial.
const tutorialWidth, tutorialBatch = 64, 2048

// sizes are the sizes of the training steps. A step of width 1,024 and batch 65,536 is left out: it
// would take 15 seconds.
var sizes = []struct{ width, batch int }{
	{64, 256}, {64, 2048}, {64, 8192}, {64, 32768}, {64, 65536},
	{128, 4096}, {256, 256}, {256, 2048}, {256, 8192}, {1024, 256}, {1024, 2048},
}

// objectives are the objectives whose training steps are measured.
var objectives = []meanflow.Objective{meanflow.FlowMatching{}, meanflow.MeanFlow{}}

// allCases lists the cases in the order of the tables, with turns of the given length.
func allCases(seconds float64) (cases []Case) {
	for _, size := range sizes {
		for _, objective := range objectives {
			cases = append(cases, Case{
				Work: training, Objective: objective.Name(),
				Width: size.width, Batch: size.batch, Seconds: seconds,
			})
		}
	}
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		for _, steps := range []int{1, 2, 5, 100} {
			if n*steps >= 100_000_000 { // A round would take four minutes.
				continue
			}
			cases = append(cases, Case{
				Work: sampling, Width: tutorialWidth, Points: n, Steps: steps, Seconds: seconds,
			})
		}
	}
	cases = append(cases,
		Case{
			Work: starting, Objective: meanflow.MeanFlow{}.Name(),
			Width: tutorialWidth, Batch: tutorialBatch,
		},
		Case{
			Work: beginning, Objective: meanflow.MeanFlow{}.Name(),
			Width: tutorialWidth, Batch: tutorialBatch,
		},
		Case{Work: memory, Width: tutorialWidth, Points: 1_000, Steps: 1},
		Case{Work: memory, Width: tutorialWidth, Points: 1_000_000, Steps: 1},
		Case{
			Work: codes, Objective: meanflow.MeanFlow{}.Name(),
			Width: 256, Batch: 256, Seconds: seconds,
		},
		Case{
			Work: transformer, Objective: meanflow.MeanFlow{}.Name(),
			Width: 64, Batch: 64, Seconds: seconds,
		},
	)
	for _, steps := range []int{1, 5} {
		cases = append(cases, Case{
			Work: sampledCodes, Width: 256, Points: 10_000, Steps: steps, Seconds: seconds,
		})
	}
	for _, steps := range []int{1, 5} {
		cases = append(cases, Case{
			Work: sampledPixels, Width: 64, Points: 1000, Steps: steps, Seconds: seconds,
		})
	}
	return append(cases,
		Case{Work: digits, Width: 256, Points: 1000, Steps: 1, Seconds: seconds})
}

// chooseCases lists the cases of comma-separated kinds of work, all if names is empty.
func chooseCases(names string, seconds float64) (chosen []Case, err error) {
	all := allCases(seconds)
	if names == "" {
		return all, nil
	}
	wanted := strings.Split(names, ",")
	for _, name := range wanted {
		if !slices.ContainsFunc(all, func(c Case) bool { return string(c.Work) == name }) {
			return nil, fmt.Errorf("-cases: there is no work %.40q; cases.go has the names", name)
		}
	}
	return slices.DeleteFunc(all, func(c Case) bool {
		return !slices.Contains(wanted, string(c.Work))
	}), nil
}

// needsRounds selects the cases that get more rounds: the training steps of the tutorial's size,
// and all cases of digits.
func needsRounds(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch == tutorialBatch ||
		isOfDigits(c)
}

// isSmall selects the cases that an engine ten times as slow as XLA can do in reasonable time.
func isSmall(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch <= tutorialBatch ||
		c.Work == sampling && c.Points*c.Steps <= 10_000 || c.Work == starting ||
		c.Work == codes || c.Work == digits || c.Work == sampledCodes && c.Steps == 1
}

// isDivisible selects the training steps that two devices share: large batches of the tutorial's
// network, and those of the networks for digits.
func isDivisible(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch >= tutorialBatch ||
		c.Work == codes || c.Work == transformer
}

// isQuickToCompile selects the cases that torch.compile compiles in reasonable time.
func isQuickToCompile(c Case) bool {
	return c.Work == training && c.Width == tutorialWidth && c.Batch <= 8192 ||
		c.Work == codes || c.Work == transformer
}
