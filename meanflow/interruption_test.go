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

// countdown is a context that ends after it was asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left == 0 {
		return context.Canceled
	}
	c.left--
	return nil
}

// state is all of a model: every variable (weights, Adam's moments and steps, random numbers),
// epochs and losses.
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

// The engine is called with 1 batch and then with up to 10 at once, as many as take no longer than
// a second, so where the training is cut depends on the machine.
func TestResumedTrainingIsTheUninterruptedOne(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := Config{
			Data: datasets.Checkerboard{}, Network: network.MLP{Width: 16, Depth: 2}, BatchSize: 64,
			Epochs: 3, BatchesPerEpoch: 25,
			ClipNorm: 1, JumpFactor: 100, MaxSkipped: 5, CheckpointEvery: 2, Backend: engine,
		}.withDefaults()
		cuts := []int{0, 1, 3}
		if engine.String() != "go" { // It compiles three trainings for a cut.
			cuts = []int{3}
		}
		t.Run("independent noise", func(t *testing.T) { checkResumed(t, config, cuts...) })
		// Its pairs are drawn for 50 batches, so that the training is cut while some are left, and
		// they are drawn again.
		config.Coupling = SortedNoise()
		t.Run("sorted noise", func(t *testing.T) { checkResumed(t, config, cuts[len(cuts)/2:]...) })
	})
}

// checkResumed cuts a training after so many calls of the engine and resumes it.
func checkResumed(t *testing.T, config Config, cuts ...int) {
	t.Helper()
	whole, err := train(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	want := state(t, whole)
	inEpochs := 0
	for _, calls := range cuts {
		config := config
		config.CheckpointDir, config.Resume = t.TempDir(), true
		m, err := train(&countdown{context.Background(), calls}, config)
		if !errors.Is(err, context.Canceled) || m == nil {
			t.Fatalf("after %d calls: model %v, error %v, want a model and a cancellation", calls,
				m, err)
		}
		_, cut, _ := strings.Cut(err.Error(), config.CheckpointDir)
		if strings.Contains(cut, "batch") {
			inEpochs++
		}
		resumed, err := train(context.Background(), config)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range state(t, resumed) {
			if got != want[i] {
				t.Errorf("interrupted at %s and resumed: %.200s\nuninterrupted: %.200s", cut, got,
					want[i])
			}
		}
		// Finished: it is loaded, and not trained any further.
		if again, err := train(context.Background(), config); err != nil ||
			!slices.Equal(state(t, again), state(t, resumed)) {
			t.Errorf("another training after resuming a finished one, error %v", err)
		}
	}
	if inEpochs < 1 {
		t.Error("no training was interrupted within an epoch")
	}
}
