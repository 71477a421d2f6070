package training

import (
	"fmt"
	"math"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
)

// A batch diverges if its loss is not finite, or exceeds JumpFactor times the previous epoch's mean
// (in the first epoch, its first loss), or if its error exceeds maxErrorGrowth times the error of
// the first batch. Then the training stops, unless it may leave such batches out: a gradient that
// is not finite counts as divergence too then, and nothing but the random numbers changes.

// maxErrorGrowth is far beyond what a training recovers from. Errors of good trainings fall.
const maxErrorGrowth = 1e5

// take counts a batch, or says that the training diverged.
func (t *training) take(r result) error {
	t.lastLoss = r.loss
	switch reason := t.divergence(r); {
	case reason == "":
		t.Taken++
		t.LossSum += r.loss
		t.ErrorSum += r.squaredError
		if t.Reference == 0 {
			t.Reference = r.loss
		}
		if t.FirstError == 0 {
			t.FirstError = r.squaredError
		}
	case t.Skipped < t.MaxSkipped:
		t.Skipped++
	case t.MaxSkipped > 0:
		reason += fmt.Sprintf(", and %d batches were left out before, all that Config.MaxSkipped "+
			"allows", t.Skipped)
		return t.diverged(reason, r.loss)
	default:
		return t.diverged(reason, r.loss)
	}
	t.Batch++
	return nil
}

// divergence says why a batch diverged, or is empty.
func (t *training) divergence(r result) string {
	switch {
	case !isFinite(r.loss):
		return fmt.Sprintf("the loss is %v", r.loss)
	case t.JumpFactor > 0 && t.Reference > 0 && r.loss > t.JumpFactor*t.Reference:
		return fmt.Sprintf("the loss is %.4g, over Config.JumpFactor = %v times the %.4g before",
			r.loss,
			t.JumpFactor, t.Reference)
	case t.FirstError > 0 && r.squaredError > maxErrorGrowth*t.FirstError:
		return fmt.Sprintf("the squared error is %.4g, it began at %.4g", r.squaredError,
			t.FirstError)
	case r.leftOut:
		return fmt.Sprintf("the loss is %.4g, its gradient is not finite", r.loss)
	}
	return ""
}

// diverged makes the error of the batch that the training is at.
func (t *training) diverged(reason string, loss float64) error {
	return &DivergedError{Epoch: t.Epoch + 1, Batch: t.Batch + 1, Loss: loss, Reason: reason,
		LearningRate: t.LearningRate, Checkpoint: t.checkpointed}
}

// isGood builds whether divergence is empty, a scalar.
func (c Config) isGood(loss, squaredError *Node, limits limits, gradients []*Node) *Node {
	good := LogicalAnd(IsFinite(loss), IsFinite(squaredNorm(gradients)))
	// within is false where a value exceeds a factor times a limit that is known.
	within := func(value, limit *Node, factor float64) *Node {
		isKnown := GreaterThan(limit, ZerosLike(limit))
		exceeds := GreaterThan(ConvertDType(value, limit.DType()), MulScalar(limit, factor))
		return LogicalNot(LogicalAnd(isKnown, exceeds))
	}
	if c.JumpFactor > 0 {
		good = LogicalAnd(good, within(loss, limits.reference, c.JumpFactor))
	}
	return LogicalAnd(good, within(squaredError, limits.firstError, maxErrorGrowth))
}

// checkFinite makes an error of weights that are not finite, as the last batch may leave them: its
// loss is that of the weights before.
func (t *training) checkFinite() error {
	for variable := range network(t.Store).IterVariables() {
		value, err := variable.Value()
		if err != nil {
			return err
		}
		finite := true
		if err := value.ConstFlatData(func(flat any) { finite = allFinite(flat) }); err != nil {
			return err
		}
		if !finite {
			reason := fmt.Sprintf("not all of the weights %s are finite", variable.Path())
			return &DivergedError{Epoch: max(1, t.Epoch), Batch: t.Batch, Loss: t.lastLoss,
				Reason:       reason,
				LearningRate: t.LearningRate, Checkpoint: t.checkpointed}
		}
	}
	return nil
}

func allFinite(flat any) bool {
	switch flat := flat.(type) {
	case []float32:
		return !slices.ContainsFunc(flat, func(x float32) bool { return !isFinite(float64(x)) })
	case []float64:
		return !slices.ContainsFunc(flat, func(x float64) bool { return !isFinite(x) })
	}
	return true
}

func isFinite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 } // NaN isn't.
