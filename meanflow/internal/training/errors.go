package training

import (
	"fmt"
	"strings"
)

// DivergedError says that a training diverged at a batch, and why.
type DivergedError struct {
	Epoch, Batch int     // Counted from 1. Batch is 0 at the end of an epoch.
	Loss         float64 // The loss of that batch.
	Reason       string  // Why the batch diverged.
	LearningRate float64
	Checkpoint   string // The path of the last checkpoint, empty if there is none.
}

// Error names the epoch and the batch, the reason, what to read, and the last checkpoint.
func (e *DivergedError) Error() string {
	message := fmt.Sprintf("epoch %d, batch %d: %s: the training diverged at the learning rate "+
		"%v, see Divergence in faults.md", e.Epoch, e.Batch, e.Reason, e.LearningRate)
	if e.Checkpoint != "" {
		message += "; the last checkpoint is " + e.Checkpoint
	}
	return message
}

// InterruptedError says that a training stopped before its last epoch, because its context ended or
// Config.OnEpoch returned an error.
type InterruptedError struct {
	Epoch, Batch int // The complete epochs, and the complete batches of the next epoch.
	Epochs       int // Config.Epochs.
	// Checkpoint is the path of the checkpoint to resume from, empty without Config.CheckpointDir.
	Checkpoint string
	Err        error // The cause.
}

// Error says how far the training was, why it stopped, and how to resume it.
func (e *InterruptedError) Error() string {
	where := fmt.Sprintf("interrupted after %d of %d epochs", e.Epoch, e.Epochs)
	if e.Batch > 0 {
		where += fmt.Sprintf(" and %d batches", e.Batch)
	}
	if e.Checkpoint == "" {
		return fmt.Sprintf("%s: %v; without Config.CheckpointDir there is no checkpoint to "+
			"resume from", where, e.Err)
	}
	return fmt.Sprintf("%s: %v; set Config.Resume to go on from %s", where, e.Err, e.Checkpoint)
}

// Unwrap returns the cause, for instance context.Canceled.
func (e *InterruptedError) Unwrap() error { return e.Err }

// MismatchError says that a checkpoint has another configuration or another network than the one to
// resume or to load, or that a model to begin with does not fit the configuration.
type MismatchError struct {
	Checkpoint  string // The path, "the safetensors file" or "Config.InitialModel".
	Differences []Difference
	// Changeable is true if Config.AllowChanges allows all of the differences.
	Changeable bool
}

// Difference is a field that differs.
type Difference struct {
	Field      string // For instance "Config.BatchSize".
	Checkpoint string // Its value in the checkpoint or in the initial model.
	Now        string // Its value now.
}

// String names the field with both values.
func (d Difference) String() string {
	was, is := []rune(d.Checkpoint), []rune(d.Now)
	same := 0 // The number of characters that both begin with.
	for same < min(len(was), len(is)) && was[same] == is[same] {
		same++
	}
	return fmt.Sprintf("%s was %s, is %s", d.Field, excerpt(was, same), excerpt(is, same))
}

// Error names every field that differs.
func (e *MismatchError) Error() string {
	var fields []string
	for _, difference := range e.Differences {
		fields = append(fields, difference.String())
	}
	message := fmt.Sprintf("%s does not fit: %s", e.Checkpoint, strings.Join(fields, "; "))
	if e.Changeable {
		message += "; set Config.AllowChanges to resume with these changes"
	}
	return message
}

// excerpt returns a value, or the part of a long value around a place.
func excerpt(value []rune, place int) string {
	const most, before = 40, 15
	begin, cutBefore, cutAfter := 0, "", ""
	if len(value) > most && place > before {
		begin, cutBefore = min(place-before, len(value)-before), "…"
	}
	end := len(value)
	if end > begin+most {
		end, cutAfter = begin+most, "…"
	}
	return cutBefore + string(value[begin:end]) + cutAfter
}
