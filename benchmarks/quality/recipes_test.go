package main

import (
	"context"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// recommendedRecipe is the recommended recipe.
func recommendedRecipe(t *testing.T) recipe {
	t.Helper()
	found, err := recipesByName("recommended")
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

// Names of recipes differ, and those of works. Each length is a whole number of epochs.
func TestRecipes(t *testing.T) {
	names := map[string]bool{}
	for _, r := range allRecipes {
		if names[r.name] {
			t.Errorf("two recipes are called %q", r.name)
		}
		names[r.name] = true
		for of, all := range r.lengths {
			for _, steps := range all {
				if steps%100 != 0 || !slices.ContainsFunc(allWorks, func(w work) bool {
					return w.kind() == of
				}) {
					t.Errorf("%s: %d steps on %q", r.name, steps, of)
				}
			}
		}
	}
	for _, names := range []string{"none", "recommended,", "recommended tutorial"} {
		if _, err := recipesByName(names); err == nil {
			t.Errorf("the names %q are no error", names)
		}
	}
	for _, panel := range panels {
		if workByName(panel) == nil {
			t.Errorf("the figure shows %q, which is no work", panel)
		}
	}
}

// Every change of what a recipe trains changes its fingerprint, and a seed or a length does not.
func TestFingerprint(t *testing.T) {
	of := func(r recipe, change func(config *meanflow.Config)) string {
		recommended, err := newPlane("spiral").recommended(context.Background(), 0)
		if err != nil {
			t.Fatal(err)
		}
		config := r.config(recommended, 1000, 0)
		change(&config)
		text, err := fingerprint(r, config, "")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	same := func(*meanflow.Config) {}
	seen := map[string]string{}
	add := func(what, text string) {
		if other, ok := seen[text]; ok {
			t.Errorf("%s has the fingerprint of %s: %s", what, other, text)
		}
		seen[text] = what
	}
	for _, r := range allRecipes {
		add(r.name, of(r, same))
	}
	recommended := recommendedRecipe(t)
	for name, change := range map[string]func(config *meanflow.Config){
		"batch size":    func(config *meanflow.Config) { config.BatchSize = 64 },
		"learning rate": func(config *meanflow.Config) { config.LearningRate = 0.1 },
		"schedule":      func(config *meanflow.Config) { config.Schedule = meanflow.Constant(1) },
		"clip":          func(config *meanflow.Config) { config.ClipNorm = 1 },
		"EMA":           func(config *meanflow.Config) { config.EMADecays = []float64{0.9} },
		"dropout":       func(config *meanflow.Config) { config.ClassDropout = 0.2 },
		"network":       func(config *meanflow.Config) { config.Network = network.MLP{Width: 8} },
		"guidance":      func(config *meanflow.Config) { config.Guidance = 1 },
		"max guidance":  func(config *meanflow.Config) { config.MaxGuidance = 2 },
		"jump factor":   func(config *meanflow.Config) { config.JumpFactor = 9 },
		"skipped":       func(config *meanflow.Config) { config.MaxSkipped = 3 },
	} {
		add(name, of(recommended, change))
	}
	sampled := recommended
	sampled.sampling = []int{1}
	add("sampling", of(sampled, same))
	for name, first := range map[string]pretraining{
		"first":         {steps: 100},
		"its length":    {steps: 200},
		"what it makes": {steps: 100, makes: "pairs"},
	} {
		changed := recommended
		changed.first = &first
		add(name, of(changed, same))
	}
	again := of(recommended, func(config *meanflow.Config) { config.Seed, config.Epochs = 5, 7 })
	if seen[again] != "recommended" {
		t.Errorf("another seed and length have another fingerprint: %s", again)
	}
	want := "mean flow (times uniform and uniform in order, flow ratio 0.6, weight power 0.25, " +
		"offset 0.001); sorted noise, blur 0.05; learning rate 0.02; " +
		"schedule warm-up over 0.05, then cosine decay"
	if again != want {
		t.Errorf("the fingerprint is %q, want %q", again, want)
	}
	config := meanflow.Recommended(datasets.Spiral{})
	onData, err := fingerprint(recommended, config, "points, 5 × 2")
	if want += "; points, 5 × 2"; err != nil || onData != want {
		t.Errorf("with computed data it is %q, want %q, error %v", onData, want, err)
	}
}
