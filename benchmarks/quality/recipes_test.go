package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
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
		text, err := fingerprint(r, config)
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
	} {
		add(name, of(recommended, change))
	}
	again := of(recommended, func(config *meanflow.Config) { config.Seed, config.Epochs = 5, 7 })
	if seen[again] != "recommended" {
		t.Errorf("another seed and length have another fingerprint: %s", again)
	}
	want := "mean flow (times uniform and uniform in order, flow ratio 0.5, weight power 0.25, " +
		"offset 0.001); sorted noise; learning rate 0.02; " +
		"schedule warm-up over 0.05, then cosine decay"
	if again != want {
		t.Errorf("the fingerprint is %q, want %q", again, want)
	}
}

// A run leaves out the results that a report has of the same recipe, and only those.
func TestRunGoesOn(t *testing.T) {
	trained := recommendedRecipe(t)
	trained.lengths = lengths{plane: {1000, 3000}}
	given := options{seeds: 2, recipes: []recipe{trained}, works: []work{newPlane("spiral")}}
	var all report
	pendingNow := func() string {
		pending, err := given.trainings(context.Background(), &all)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, next := range pending {
			lines = append(lines, next.String())
		}
		return strings.Join(lines, "; ")
	}
	first, second := "recommended on spiral, 1000 steps, seed 0; "+
		"recommended on spiral, 1000 steps, seed 1", "recommended on spiral, 3000 steps, seed 0; "+
		"recommended on spiral, 3000 steps, seed 1"
	if got := pendingNow(); got != first+"; "+second {
		t.Errorf("without results, pending are %s", got)
	}
	config, err := given.works[0].recommended(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []int64{0, 1} {
		added := of("recommended", 1000, seed, 1)
		if added.Fingerprint, err = fingerprint(trained, config); err != nil {
			t.Fatal(err)
		}
		all.put(added)
	}
	if got := pendingNow(); got != second {
		t.Errorf("with half of the results, pending are %s", got)
	}
	given.again = true
	if got := pendingNow(); got != first+"; "+second {
		t.Errorf("with -again, pending are %s", got)
	}
	given.again = false
	given.recipes[0].change = func(config *meanflow.Config) { config.LearningRate = 0.01 }
	if got := pendingNow(); got != first+"; "+second {
		t.Errorf("with another learning rate, pending are %s", got)
	}
}

// A run that is interrupted leaves the report as it is, and says how to go on.
func TestInterruptedRun(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	path := t.TempDir() + "/quality"
	all := report{Results: []*result{of("recommended", 1000, 0, 1)}}
	if err := all.write(path); err != nil {
		t.Fatal(err)
	}
	trained := recommendedRecipe(t)
	trained.lengths = lengths{plane: {3000}}
	err := run(ctx, options{
		path: path, seeds: 1, recipes: []recipe{trained}, works: []work{newPlane("spiral")},
	})
	if err == nil || !strings.HasPrefix(err.Error(), "interrupted; ") {
		t.Errorf("the error is %v", err)
	}
	read, err := readReport(path)
	if err != nil || len(read.Results) != 1 {
		t.Errorf("after the interruption: %+v, error %v", read, err)
	}
}

// The line of progress counts trainings, and estimates the rest by how fast the machine was.
func TestProgress(t *testing.T) {
	trained := recommendedRecipe(t)
	next := training{recipe: trained, work: newPlane("spiral"), steps: 11_000} // 38 s.
	var out bytes.Buffer
	p := &progress{out: &out, pending: []training{next, next, next, next}, count: 4}
	p.begin = time.Now().Add(-2 * 76 * time.Second)
	p.end(of("recommended", 10_000, 0, 0.02))
	p.end(of("recommended", 10_000, 1, 0.02))
	for _, test := range []struct {
		elapsed time.Duration
		share   float64
		want    string
	}{
		{152 * time.Second, 0, "3 of 4: recommended on spiral, 11000 steps, seed 0, 2m32s, " +
			"about 2m32s left"},
		{190 * time.Second, 0.5, "3 of 4: recommended on spiral, 11000 steps, seed 0, 3m10s, " +
			"about 1m54s left"},
	} {
		if got := p.line(test.elapsed, test.share); got != test.want {
			t.Errorf("the line is %q, want %q", got, test.want)
		}
	}
	text, err := io.ReadAll(&out)
	if err != nil {
		t.Fatal(err)
	}
	want := "\n    10.0 s  1: 0.020 / 0.000\n2 of 4: recommended on spiral"
	if !strings.Contains(string(text), want) {
		t.Errorf("shown is\n%s\nwithout\n%s", text, want)
	}
}
