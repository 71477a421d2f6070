package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/meanflow"
)

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
		if added.Fingerprint, err = fingerprint(trained, config, ""); err != nil {
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

// Numbers of training steps can be given instead of the recipes' own.
func TestGivenSteps(t *testing.T) {
	given, err := parse("", 1, "recommended", "spiral,wine", "200,100000")
	if err != nil {
		t.Fatal(err)
	}
	var all report
	pending, err := given.trainings(context.Background(), &all)
	if err != nil {
		t.Fatal(err)
	}
	var steps []int
	for _, next := range pending {
		steps = append(steps, next.steps)
	}
	if want := []int{200, 100_000, 200, 100_000}; !slices.Equal(steps, want) {
		t.Errorf("trainings of %v steps, want %v", steps, want)
	}
	for _, text := range []string{"0", "-100", "150", "1000,", "many"} {
		if _, err := parse("", 1, "", "", text); err == nil {
			t.Errorf("-steps %q is no error", text)
		}
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

// A training that fails is named, and the others go on.
func TestFailedRun(t *testing.T) {
	trained := recommendedRecipe(t)
	trained.lengths = lengths{plane: {3000}}
	trained.change = func(config *meanflow.Config) { config.BatchSize = -1 }
	path := t.TempDir() + "/quality"
	all := report{References: []*reference{{Work: "spiral", Name: "points"}}}
	if err := all.write(path); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background(), options{
		path: path, seeds: 2, recipes: []recipe{trained}, works: []work{newPlane("spiral")},
	})
	for _, want := range []string{"spiral, 3000 steps, seed 0: ", "spiral, 3000 steps, seed 1: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, without %q", err, want)
		}
	}
}
