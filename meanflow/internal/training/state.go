package training

import (
	"fmt"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// State is the state of a training, besides the variables.
type State struct {
	Epoch   int       `json:"epoch"`   // The number of complete epochs.
	Losses  []float64 `json:"losses"`  // The mean loss of each complete epoch.
	Skipped int       `json:"skipped"` // The number of batches left out in all epochs.

	// The incomplete epoch:
	Batch    int     `json:"batch"`     // The number of its batches so far.
	Taken    int     `json:"taken"`     // The number of these batches that were not left out.
	LossSum  float64 `json:"loss_sum"`  // The sum of the losses of the batches not left out.
	ErrorSum float64 `json:"error_sum"` // The sum of their squared errors.

	// Reference is the loss that JumpFactor multiplies, 0 before the first batch.
	Reference float64 `json:"reference"`
	// FirstError is the squared error of the first batch, 0 before it.
	FirstError float64 `json:"first_error"`
}

// position returns the position of the training, which names its checkpoint.
func (s *State) position() snapshot.Position {
	return snapshot.Position{Epoch: s.Epoch, Batch: s.Batch}
}

// endEpoch completes the incomplete epoch.
func (s *State) endEpoch() {
	mean := s.LossSum / float64(s.Taken)
	s.Losses = append(s.Losses, mean)
	s.Reference = mean
	s.Epoch++
	s.Batch, s.Taken, s.LossSum, s.ErrorSum = 0, 0, 0, 0
}

// check returns an error if the fields contradict each other.
func (s *State) check() error {
	switch {
	case s.Epoch < 0 || s.Epoch != len(s.Losses):
		return fmt.Errorf("epoch is %d, and there are losses of %d epochs", s.Epoch, len(s.Losses))
	case s.Taken < 0 || s.Taken > s.Batch || s.Skipped < s.Batch-s.Taken:
		return fmt.Errorf("batch is %d, taken %d and skipped %d: they contradict each other",
			s.Batch, s.Taken, s.Skipped)
	}
	return nil
}
