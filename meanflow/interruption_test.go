package meanflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// countdown is a context that ends after a number of calls of Err.
type countdown struct {
	context.Context
	left int // The number of calls that still return nil.
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

// state returns the whole state of a model as text: its epochs and losses first, then every
// variable (weights, Adam's moments and steps, the random state).
func state(t *testing.T, m *Model) []string {
	t.Helper()
	all := []string{fmt.Sprintf("%+v", m.state)}
	for variable := range m.store.IterVariables() {
		value, err := variable.Value()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint(variable.Path(), value.Value()))
	}
	slices.Sort(all[1:])
	return all
}

// A training that is interrupted and resumed gives the same model as an uninterrupted one. The
// first call of the engine trains on 1 batch, later calls on up to 10, but not longer than a
// second: at which batch the training is interrupted depends on the machine.
func TestResumedTrainingIsTheUninterruptedOne(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := Config{
			Data:    datasets.Checkerboard{},
			Network: network.MLP{Width: 16, Depth: 2},
			Epochs:  3, BatchesPerEpoch: 25, BatchSize: 64,
			ClipNorm: 1, JumpFactor: 100, MaxSkipped: 5,
			CheckpointEvery: 2, Backend: engine,
		}.withDefaults()
		cuts := []int{0, 1, 3}
		if engine.String() != "go" { // XLA compiles three trainings for each cut.
			cuts = []int{3}
		}
		t.Run("independent noise", func(t *testing.T) { checkResumed(t, config, cuts...) })
		// Sorted noise is drawn for 50 batches at once. The training is interrupted before they are
		// used up, so resuming draws the same pairs again.
		config.Coupling = SortedNoise()
		t.Run("sorted noise", func(t *testing.T) { checkResumed(t, config, cuts[len(cuts)/2:]...) })
	})
}

// checkResumed interrupts a training after each of the given numbers of calls of the engine,
// resumes it, and compares the result with the uninterrupted training.
func checkResumed(t *testing.T, config Config, cuts ...int) {
	t.Helper()
	whole, err := train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	want := state(t, whole)
	withinEpoch := 0 // The number of interruptions between two batches of an epoch.
	for _, calls := range cuts {
		config := config
		config.CheckpointDir, config.Resume = t.TempDir(), true
		m, err := train(&countdown{context.Background(), calls}, config)
		if !errors.Is(err, context.Canceled) || m == nil {
			t.Fatalf("after %d calls: got the model %v and the error %v, want a model and "+
				"context.Canceled", calls, m, err)
		}
		_, cut, _ := strings.Cut(err.Error(), config.CheckpointDir)
		if strings.Contains(cut, "batch") {
			withinEpoch++
		}
		resumed, err := train(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range state(t, resumed) {
			if got != want[i] {
				t.Errorf("interrupted at %s and resumed: %.200s\nuninterrupted: %.200s",
					cut, got, want[i])
			}
		}
		// Resuming a finished training only loads it.
		again, err := train(context.Background(), config)
		if err != nil || !slices.Equal(state(t, again), state(t, resumed)) {
			t.Errorf("resuming a finished training changed the model (error %v)", err)
		}
	}
	if withinEpoch < 1 {
		t.Error("no training was interrupted within an epoch")
	}
}
