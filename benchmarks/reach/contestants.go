package main

import "os"

// contestant trains by a recipe on an engine, in processes of a program.
type contestant struct {
	name    string
	recipe  string
	program []string
	environ []string
	takes   func(work) bool // Selects the works that the contestant learns, all if nil.
}

// hasSchedule reports whether the learning rate falls to 0 at a number of steps that is given at
// the start, so that another number of steps needs another training.
func (c contestant) hasSchedule() bool { return c.recipe == recommended }

// allContestants lists the contestants in the order of the tables. Python is the interpreter that
// has the peers' packages.
func allContestants(python string) []contestant {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	inJAX := []string{python, "benchmarks/peers/reach_jax.py"}
	inTorch := []string{python, "benchmarks/peers/reach_torch.py"}
	// PyTorch would keep what it compiled for the next process, and no other contestant does.
	cold := []string{"TORCHINDUCTOR_FORCE_DISABLE_CACHES=1"}
	return []contestant{
		{
			name: "meanflow-go", recipe: recommended,
			program: []string{self, workerCommand}, environ: []string{"GOMLX_BACKEND=xla"},
		},
		{
			name: "meanflow-go, pure Go", recipe: recommended, takes: isQuick,
			program: []string{self, workerCommand}, environ: []string{"GOMLX_BACKEND=go"},
		},
		{name: "JAX", recipe: recommended, program: inJAX},
		{name: "JAX, tutorial's recipe", recipe: tutorial, program: inJAX},
		{
			name: "PyTorch, tutorial's recipe", recipe: tutorial, takes: isQuick,
			program: inTorch,
		},
		{
			name: "PyTorch compiled, tutorial's recipe", recipe: tutorial, takes: isQuick,
			program: append(inTorch, "compiled"), environ: cold,
		},
	}
}

// isQuick selects all works but the codes of digits.
func isQuick(of work) bool { _, isOfDigits := of.(*digitCodes); return !isOfDigits }
