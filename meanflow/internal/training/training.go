// Package training trains the variables of a store by any loss: many steps in one call of the
// engine, with Adam, schedules, moving averages of the weights, progress, checkpoints, interruption
// and resumption to the bit. It knows steps and losses, and nothing of flows.
//
// The files: training.go has the loop over epochs, config.go and state.go what a training is given
// and what it changes; step.go builds a step, steps.go runs many of them, ahead.go draws the
// examples of many batches at once, ema.go, clip.go and divergence.go are parts of a step; open.go
// begins or resumes, recipe.go compares what is resumed with what is asked for, checkpoint.go and
// variables.go write and read checkpoints; progress.go shows how far a training is; errors.go says
// how it ends before its time.
package training

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// Run trains up to the last epoch. With an error the state and the variables are good to use only
// if sound is true: the training was interrupted, or its last checkpoint could not be written.
func Run(ctx context.Context, config Config) (state State, sound bool, err error) {
	t, err := open(config)
	if err != nil {
		return State{}, false, err
	}
	defer t.close()
	sound, err = t.run(ctx)
	return t.State, sound, err
}

// training is a call of Run.
type training struct {
	Config
	State
	folder       *snapshot.Folder // nil without a CheckpointDir.
	description  description      // But for the state.
	checkpointed string           // The path of the last checkpoint.
	lastLoss     float64          // Of the last batch, left out or not.
	steps        *steps
	progress     *progress
}

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
			return false, &DivergedError{Epoch: t.Epoch + 1, Batch: t.Batch, Loss: t.lastLoss,
				Reason: fmt.Sprintf("all %d batches diverged and were left out, the last "+
					"loss is %.4g", t.Batch, t.lastLoss),
				LearningRate: t.LearningRate, Checkpoint: t.checkpointed}
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

// keep writes a checkpoint where one is due, of weights that are finite.
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
		Warn("epoch %d: no checkpoint could be written: %v%s; the training goes on", t.Epoch, err,
			t.last())
		return true, nil
	}
	if err != nil {
		return true, fmt.Errorf("epoch %d: the last checkpoint could not be written: %w%s", t.Epoch,
			err, t.last())
	}
	return true, nil
}

// last names the last checkpoint, if there is one.
func (t *training) last() string {
	if t.checkpointed == "" {
		return ""
	}
	return "; the last checkpoint is " + t.checkpointed
}

// interrupt makes the error of a training that was interrupted, after it wrote a checkpoint.
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

// interruption is the error of a context that has ended, or nil.
func interruption(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, err) { // It may say more.
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

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

// Warn says on standard error what is wrong but stops nothing.
func Warn(format string, values ...any) {
	fmt.Fprintf(os.Stderr, "meanflow: "+format+"\n", values...)
}
