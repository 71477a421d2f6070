package meanflow

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
)

// AdaptiveWeight weights each example of a regression by its own error Δ (Geng et al., arXiv 2505.13447, section 4.3):
//
//	loss = E stopgrad(w)·‖Δ‖²,  w = 1/(‖Δ‖² + Offset)^Power
//
// The larger the power, the less the examples with large errors count: with 1/2 each counts about as much as the distance
// ‖Δ‖, so that the network is drawn to the median rather than the mean. The zero value is the mean squared error
// E ‖Δ‖²/dim.
type AdaptiveWeight struct {
	Power    float64  // From 0 to 1. The paper's are 0.5, 0.75 and 1.
	Offset   float64  // 0.001 if 0.
	Schedule Schedule // Of the power, constant if nil.
}

// Loss builds the scalar loss of predictions [batch, dim] for targets [batch, dim], at the training's progress (see
// [Batch]).
func (w AdaptiveWeight) Loss(prediction, target, progress *Node) *Node {
	if w.Power == 0 {
		return MeanSquaredError(prediction, target)
	}
	offset := w.Offset
	if offset == 0 {
		offset = 1e-3
	}
	if !(w.Power > 0) || math.IsInf(w.Power, 1) || !(offset > 0) || math.IsInf(offset, 1) {
		exceptions.Panicf("AdaptiveWeight.Power is %v and AdaptiveWeight.Offset %v, both must be finite and not negative", w.Power, w.Offset)
	}
	squares := ReduceSum(Square(Sub(prediction, target)), -1)
	logs := MulScalar(Log(AddScalar(squares, offset)), -w.Power)
	if w.Schedule != nil {
		logs = Mul(logs, ConvertDType(w.Schedule(progress), logs.DType()))
	}
	return ReduceAllMean(Mul(StopGradient(Exp(logs)), squares))
}
