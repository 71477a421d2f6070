// Package training trains the variables of a store with any loss. It runs many steps in one call of
// the engine, with Adam, schedules and moving averages of the weights. It shows the progress,
// writes checkpoints, and can be interrupted and resumed with the same result to the last bit. The
// package knows nothing about flows.
//
// The files:
//   - training.go: the loop over epochs; config.go and state.go: its configuration and its state;
//   - step.go: a step; ema.go, clip.go and divergence.go: parts of a step;
//   - steps.go: many steps in one call; ahead.go: drawing the examples of many batches at once;
//   - open.go: beginning or resuming; initial.go: beginning with given weights;
//   - recipe.go: comparing a checkpoint with the configuration;
//   - checkpoint.go, variables.go: writing and reading checkpoints; save.go: weights alone;
//   - safetensors.go: a model in a safetensors file, safetensors_file.go; safetensors_parts.go:
//     several models in one;
//   - progress.go: showing the progress; errors.go: the errors of a training that stops early.
package training

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// Run trains up to the last epoch. If it returns an error, the state and the variables are usable
// only if sound is true: then the training was interrupted, or the last checkpoint could not be
// written.
func Run(ctx context.Context, config Config) (state State, sound bool, err error) {
	t, err := open(config)
	if err != nil {
		return State{}, false, err
	}
	defer t.close()
	sound, err = t.run(ctx)
	return t.State, sound, err
}

// training is a training during a call of Run.
type training struct {
	Config
	State
	folder       *snapshot.Folder // nil without a CheckpointDir.
	description  description      // For checkpoints, without the state.
	checkpointed string           // The path of the last checkpoint.
	lastLoss     float64          // The loss of the last batch, left out or not.
	steps        *steps
	progress     *progress
}

// run trains up to the last epoch, as Run does.
func (t *training) run(ctx context.Context) (sound bool, err error) {
	for t.Epoch < t.Epochs {
		for t.Batch < t.BatchesPerEpoch {
			if err := interruption(ctx); err != nil {
				return t.interrupt(err)
			}
			results, err := t.steps.run(t.BatchesPerEpoch-t.Batch, t.State)
			if err != nil {
				return false, fmt.Errorf("epoch %d, batch %d: %w", t.Epoch+1, t.Batch+1, err)
			}
			for _, result := range results {
				if err := t.take(result); err != nil {
					return false, err
				}
			}
		}
		if t.Taken == 0 {
			return false, &DivergedError{
				Epoch: t.Epoch + 1, Batch: t.Batch, Loss: t.lastLoss,
				Reason: fmt.Sprintf("all %d batches diverged and were left out, "+
					"the last loss is %.4g", t.Batch, t.lastLoss),
				LearningRate: t.LearningRate, Checkpoint: t.checkpointed,
			}
		}
		meanError := t.ErrorSum / float64(t.Taken)
		t.endEpoch()
		t.progress.epoch(t.State, meanError)
		if sound, err := t.keep(); err != nil {
			return sound, err
		}
		if t.OnEpoch != nil {
			if err := t.OnEpoch(t.State); err != nil {
				return t.interrupt(err)
			}
		}
	}
	return true, nil
}

// keep writes a checkpoint if one is due. It returns an error if the weights are not finite.
func (t *training) keep() (sound bool, err error) {
	isLast := t.Epoch == t.Epochs
	if !isLast && (t.folder == nil || t.Epoch%t.CheckpointEvery != 0) {
		return true, nil
	}
	if err := t.checkFinite(); err != nil {
		return false, err
	}
	if t.folder == nil {
		return true, nil
	}
	err = t.checkpoint()
	if err != nil && !isLast {
		Warn("epoch %d: no checkpoint could be written: %v%s; the training goes on",
			t.Epoch, err, t.last())
		return true, nil
	}
	if err != nil {
		return true, fmt.Errorf("epoch %d: the last checkpoint could not be written: %w%s",
			t.Epoch, err, t.last())
	}
	return true, nil
}

// last returns the end of a message that names the last checkpoint, or nothing if there is none,
// for instance because its folder was removed.
func (t *training) last() string {
	if _, err := os.Stat(t.checkpointed); err != nil {
		return ""
	}
	return "; the last checkpoint is " + t.checkpointed
}

// interrupt writes a checkpoint and returns an InterruptedError with the given cause.
func (t *training) interrupt(why error) (sound bool, err error) {
	if err := t.checkFinite(); err != nil {
		return false, err
	}
	interrupted := &InterruptedError{Epoch: t.Epoch, Batch: t.Batch, Epochs: t.Epochs, Err: why}
	if t.folder == nil {
		return true, interrupted
	}
	if t.folder.Path(t.position()) != t.checkpointed {
		if err := t.checkpoint(); err != nil {
			interrupted.Err = fmt.Errorf("%w; no checkpoint could be written: %w", why, err)
		}
	}
	interrupted.Checkpoint = t.checkpointed
	return true, interrupted
}

// interruption returns an error with the cause if the context has ended, or else nil.
func interruption(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, err) { // The cause may say more than the error.
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

// close frees everything that the training holds, and unlocks the folder.
func (t *training) close() {
	if t.steps != nil {
		t.steps.finalize()
	}
	if t.progress != nil {
		t.progress.end()
	}
	if t.folder != nil {
		if err := t.folder.Close(); err != nil {
			Warn("unlocking the folder of the checkpoints: %v", err)
		}
	}
}

// Warn writes a line to standard error about a problem that does not stop a training.
func Warn(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "meanflow: "+format+"\n", values...)
}
