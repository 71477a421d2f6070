package meanflow_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// The hook sees every epoch with its losses, and samples from the model as it stands: as its
// checkpoint does, and without changing the training.
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
				t.Errorf("after epoch %d there are losses of %d", m.Epoch(), len(m.Losses()))
			}
			path := filepath.Join(config.CheckpointDir, fmt.Sprintf("epoch-%06d", m.Epoch()))
			loaded, err := meanflow.LoadWith(path, meanflow.LoadOptions{Backend: engine})
			if err != nil {
				return err
			}
			if got := sample(t, m, 20, 2); !slices.Equal(concat(got),
				concat(sample(t, loaded, 20, 2))) {
				t.Errorf("after epoch %d the model samples otherwise than its checkpoint",
					m.Epoch())
			}
			return nil
		}
		m := train(t, config)
		if !slices.Equal(seen, []int{1, 2, 3, 4}) {
			t.Errorf("the hook saw epochs %v", seen)
		}
		if !slices.Equal(m.Losses(), want.Losses()) ||
			!slices.Equal(concat(sample(t, m, 20, 2)), concat(sample(t, want, 20, 2))) {
			t.Error("sampling in the hook changed the training")
		}
	})
}

// An error of the hook interrupts the training, with a checkpoint of that moment to go on from.
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
		t.Fatalf("error %v, want an InterruptedError of the hook's", err)
	}
	path := filepath.Join(config.CheckpointDir, "epoch-000003")
	if m.Epoch() != 3 || interrupted.Epoch != 3 || interrupted.Epochs != 4 ||
		interrupted.Checkpoint != path {
		t.Errorf("epoch %d, %+v", m.Epoch(), interrupted)
	}
	config.OnEpoch, config.Resume = nil, true
	if again := train(t, config); !slices.Equal(again.Losses(), whole.Losses()) {
		t.Errorf("resumed: losses %v, want %v", again.Losses(), whole.Losses())
	}
}

// Errors can be told apart.
func TestErrors(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Data = poisoned{batch: 2}
	_, err := meanflow.Train(context.Background(), config)
	var diverged *meanflow.DivergedError
	if !errors.As(err, &diverged) || diverged.Epoch != 1 || diverged.Batch != 2 ||
		diverged.Loss == diverged.Loss {
		t.Errorf("error %v: %+v", err, diverged)
	}

	config = small(enginetest.PureGo(t))
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("out of time"))
	m, err := meanflow.Train(ctx, config)
	var interrupted *meanflow.InterruptedError
	if !errors.As(err, &interrupted) || !errors.Is(err, context.Canceled) || m == nil ||
		interrupted.Checkpoint != "" {
		t.Errorf("error %v: %+v", err, interrupted)
	}
	check.Error(t, err, "out of time", "Config.CheckpointDir")

	config.CheckpointDir = t.TempDir()
	train(t, config)
	overwrite(t, filepath.Join(config.CheckpointDir, "epoch-000004", "meanflow.json"), "{}")
	_, err = meanflow.Load(filepath.Join(config.CheckpointDir, "epoch-000004"))
	var damaged *meanflow.DamagedError
	if !errors.As(err, &damaged) || damaged.Path != filepath.Join(config.CheckpointDir,
		"epoch-000004") {
		t.Errorf("error %v: %+v", err, damaged)
	}

	config.OnEpoch = func(*meanflow.Model) error {
		_, err := meanflow.Train(context.Background(), config)
		return err
	}
	config.CheckpointDir = t.TempDir()
	_, err = meanflow.Train(context.Background(), config)
	var locked *meanflow.LockedError
	if !errors.As(err, &locked) || locked.Folder != config.CheckpointDir {
		t.Errorf("error %v: %+v", err, locked)
	}
	for line := range strings.Lines(err.Error()) {
		if len(line) > 600 {
			t.Errorf("%d bytes: %s", len(line), line)
		}
	}
}
