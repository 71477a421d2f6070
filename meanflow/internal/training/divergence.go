package training

import (
	"fmt"
	"math"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
)

// A batch diverges if its loss is not finite, if its loss exceeds JumpFactor times the previous
// epoch's mean (in the first epoch, its first loss), or if its squared error exceeds maxErrorGrowth
// times the first batch's. If MaxSkipped is above 0, a batch also diverges if its gradient is not
// finite. A batch that diverges stops the training or, within MaxSkipped, is left out: then only
// the random state changes.

// maxErrorGrowth is a growth of the squared error from which no training recovers. The error of a
// good training falls.
const maxErrorGrowth = 1e5

// take counts a batch. It returns an error if the batch diverged and can't be left out.
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

// divergence returns why a batch diverged, or an empty string if it did not.
func (t *training) divergence(r result) string {
	switch {
	case !isFinite(r.loss) && t.Devices > 1: // The number of devices may be the cause.
		return fmt.Sprintf("the loss on %d devices is %v", t.Devices, r.loss)
	case !isFinite(r.loss):
		return fmt.Sprintf("the loss is %v", r.loss)
	case t.JumpFactor > 0 && t.Reference > 0 && r.loss > t.JumpFactor*t.Reference:
		return fmt.Sprintf("the loss is %.4g, over Config.JumpFactor = %v times the %.4g before",
			r.loss, t.JumpFactor, t.Reference)
	case t.FirstError > 0 && r.squaredError > maxErrorGrowth*t.FirstError:
		return fmt.Sprintf("the squared error is %.4g, it began at %.4g",
			r.squaredError, t.FirstError)
	case r.leftOut:
		return fmt.Sprintf("the loss is %.4g, its gradient is not finite", r.loss)
	}
	return ""
}

// diverged returns the error for the current batch.
func (t *training) diverged(reason string, loss float64) error {
	return &DivergedError{
		Epoch: t.Epoch + 1, Batch: t.Batch + 1, Loss: loss, Reason: reason,
		LearningRate: t.LearningRate, Checkpoint: t.checkpointed,
	}
}

// isGood builds a boolean scalar that is true if the batch does not diverge.
func (c Config) isGood(loss, squaredError *Node, bounds limits, gradients []*Node) *Node {
	good := LogicalAnd(IsFinite(loss), IsFinite(squaredNorm(gradients)))
	// within is false if value exceeds factor times limit. A limit of 0 is not known yet.
	within := func(value, limit *Node, factor float64) *Node {
		isKnown := GreaterThan(limit, ZerosLike(limit))
		exceeds := GreaterThan(ConvertDType(value, limit.DType()), MulScalar(limit, factor))
		return LogicalNot(LogicalAnd(isKnown, exceeds))
	}
	if c.JumpFactor > 0 {
		good = LogicalAnd(good, within(loss, bounds.reference, c.JumpFactor))
	}
	return LogicalAnd(good, within(squaredError, bounds.firstError, maxErrorGrowth))
}

// checkFinite returns an error if weights are not finite. The last batch can leave such weights
// undetected, because its loss depends on the weights before its step.
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
			return &DivergedError{
				Epoch: max(1, t.Epoch), Batch: t.Batch, Loss: t.lastLoss,
				Reason:       fmt.Sprintf("the weights %s are not all finite", variable.Path()),
				LearningRate: t.LearningRate, Checkpoint: t.checkpointed,
			}
		}
	}
	return nil
}

// allFinite reports whether all elements of a slice of floats are finite. It is true for other
// types.
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
