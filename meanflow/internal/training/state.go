package training

import (
	"fmt"

	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// State is what a training changes, besides the variables.
type State struct {
	Epoch   int       `json:"epoch"`   // Complete epochs.
	Losses  []float64 `json:"losses"`  // The mean loss of each.
	Skipped int       `json:"skipped"` // Batches that were left out, in all epochs.

	// Of the epoch that is not complete:
	Batch    int     `json:"batch"`     // Batches that are done,
	Taken    int     `json:"taken"`     // those of them that were not left out,
	LossSum  float64 `json:"loss_sum"`  // the sum of their losses,
	ErrorSum float64 `json:"error_sum"` // and of their errors.

	// Reference is the loss that JumpFactor compares with, 0 if there is none yet.
	Reference float64 `json:"reference"`
	// FirstError is the error of the first batch, 0 if there is none yet.
	FirstError float64 `json:"first_error"`
}

func (s *State) position() snapshot.Position {
	return snapshot.Position{Epoch: s.Epoch, Batch: s.Batch}
}

// endEpoch counts the epoch as complete.
func (s *State) endEpoch() {
	mean := s.LossSum / float64(s.Taken)
	s.Losses = append(s.Losses, mean)
	s.Reference = mean
	s.Epoch++
	s.Batch, s.Taken, s.LossSum, s.ErrorSum = 0, 0, 0, 0
}

// check says what can't be.
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
