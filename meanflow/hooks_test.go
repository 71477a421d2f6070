package meanflow_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// OnEpoch is called after every epoch with the losses so far. The model that it gets generates the
// same samples as the epoch's checkpoint, and sampling from it does not change the training.
func TestOnEpoch(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.EMADecays = []float64{0.9}
		want := train(t, config)
		config.CheckpointDir, config.CheckpointEvery = t.TempDir(), 1
		var seen []int
		config.OnEpoch = func(m *meanflow.Model) error {
			seen = append(seen, m.Epoch())
			if len(m.Losses()) != m.Epoch() {
				t.Errorf("after epoch %d there are %d losses", m.Epoch(), len(m.Losses()))
			}
			path := filepath.Join(config.CheckpointDir, fmt.Sprintf("epoch-%06d", m.Epoch()))
			loaded, err := meanflow.LoadWith(path, meanflow.LoadOptions{Backend: engine})
			if err != nil {
				return err
			}
			if !slices.Equal(concat(sample(t, m, 20, 2)), concat(sample(t, loaded, 20, 2))) {
				t.Errorf("after epoch %d the model generates other samples than its checkpoint",
					m.Epoch())
			}
			return nil
		}
		m := train(t, config)
		if !slices.Equal(seen, []int{1, 2, 3, 4}) {
			t.Errorf("OnEpoch was called after the epochs %v, want 1 to 4", seen)
		}
		if !slices.Equal(m.Losses(), want.Losses()) ||
			!slices.Equal(concat(sample(t, m, 20, 2)), concat(sample(t, want, 20, 2))) {
			t.Error("sampling in OnEpoch changed the training")
		}
	})
}

// An error from OnEpoch interrupts the training and leaves a checkpoint to resume from.
func TestOnEpochStopsTheTraining(t *testing.T) {
	enough := errors.New("good enough")
	config := small(enginetest.PureGo(t))
	whole := train(t, config)
	config.CheckpointDir, config.CheckpointEvery = t.TempDir(), 100
	config.OnEpoch = func(m *meanflow.Model) error {
		if m.Epoch() == 3 {
			return enough
		}
		return nil
	}
	m, err := meanflow.Train(context.Background(), config)
	var interrupted *meanflow.InterruptedError
	if !errors.Is(err, enough) || !errors.As(err, &interrupted) {
		t.Fatalf("got the error %v, want an InterruptedError that wraps OnEpoch's error", err)
	}
	path := filepath.Join(config.CheckpointDir, "epoch-000003")
	if m.Epoch() != 3 || interrupted.Epoch != 3 || interrupted.Epochs != 4 ||
		interrupted.Checkpoint != path {
		t.Errorf("the model is after epoch %d, the error is %+v; want epoch 3 of 4 and %s",
			m.Epoch(), interrupted, path)
	}
	config.OnEpoch, config.Resume = nil, true
	if again := train(t, config); !slices.Equal(again.Losses(), whole.Losses()) {
		t.Errorf("after resuming the losses are %v, want %v", again.Losses(), whole.Losses())
	}
}

// Each kind of error has a type for errors.As, and lines of at most 600 bytes.
func TestErrors(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Data = poisoned{batch: 2}
	_, err := meanflow.Train(context.Background(), config)
	var diverged *meanflow.DivergedError
	if !errors.As(err, &diverged) || diverged.Epoch != 1 || diverged.Batch != 2 ||
		!math.IsNaN(diverged.Loss) {
		t.Errorf("got the error %v (%+v), want a DivergedError of epoch 1, batch 2", err, diverged)
	}

	config = small(enginetest.PureGo(t))
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("out of time"))
	m, err := meanflow.Train(ctx, config)
	var interrupted *meanflow.InterruptedError
	if !errors.As(err, &interrupted) || !errors.Is(err, context.Canceled) || m == nil ||
		interrupted.Checkpoint != "" {
		t.Errorf("got the error %v (%+v), want an InterruptedError without a checkpoint",
			err, interrupted)
	}
	check.Error(t, err, "out of time", "Config.CheckpointDir")

	config.CheckpointDir = t.TempDir()
	train(t, config)
	path := filepath.Join(config.CheckpointDir, "epoch-000004")
	overwrite(t, filepath.Join(path, "meanflow.json"), "{}")
	_, err = meanflow.Load(path)
	var damaged *meanflow.DamagedError
	if !errors.As(err, &damaged) || damaged.Path != path {
		t.Errorf("got the error %v (%+v), want a DamagedError of %s", err, damaged, path)
	}

	config.OnEpoch = func(*meanflow.Model) error {
		_, err := meanflow.Train(context.Background(), config)
		return err
	}
	config.CheckpointDir = t.TempDir()
	_, err = meanflow.Train(context.Background(), config)
	var locked *meanflow.LockedError
	if !errors.As(err, &locked) || locked.Folder != config.CheckpointDir {
		t.Errorf("got the error %v (%+v), want a LockedError of %s",
			err, locked, config.CheckpointDir)
	}
	for line := range strings.Lines(err.Error()) {
		if len(line) > 600 {
			t.Errorf("a line of the error has %d bytes: %s", len(line), line)
		}
	}
}
