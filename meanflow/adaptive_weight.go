package meanflow

import (
	"fmt"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
)

// AdaptiveWeight weights each example of a regression by its own error Δ (Geng et al., arXiv
// 2505.13447, section 4.3):
//
//	loss = E stopgrad(w)·‖Δ‖²,  w = 1/(‖Δ‖² + Offset)^Power
//
// The larger the power, the less examples with large errors count: with 1/2 an example counts about
// as much as the distance ‖Δ‖, so that the network learns a median rather than a mean. The zero
// value is the mean squared error E ‖Δ‖²/dim.
type AdaptiveWeight struct {
	Power    float64  // From 0 to 1. The paper's are 0.5, 0.75 and 1.
	Offset   float64  // 0.001 if 0.
	Schedule Schedule // Of the power, constant if it is the zero value.
}

// String tells the parameters.
func (w AdaptiveWeight) String() string {
	if w.Power == 0 {
		return "none"
	}
	text := fmt.Sprintf("power %v, offset %v", w.Power, w.offset())
	if w.Schedule.Factor != nil {
		text += ", power times " + w.Schedule.Name
	}
	return text
}

func (w AdaptiveWeight) offset() float64 {
	if w.Offset == 0 {
		return 1e-3
	}
	return w.Offset
}

// Loss builds the loss of predictions [batch, dim] for targets [batch, dim], and the mean squared
// error without weights, which is the same node where the power is 0. Progress is the training's, a
// scalar (see [Batch]); loss and error are scalars.
func (w AdaptiveWeight) Loss(prediction, target, progress *Node) (loss, squaredError *Node) {
	if w.Power == 0 {
		loss = MeanSquaredError(prediction, target)
		return loss, loss
	}
	offset := w.offset()
	if !(w.Power > 0) || math.IsInf(w.Power, 1) || !(offset > 0) || math.IsInf(offset, 1) {
		exceptions.Panicf("AdaptiveWeight.Power is %v and AdaptiveWeight.Offset %v, both must be "+
			"finite and not negative",
			w.Power, w.Offset)
	}
	squares := ReduceSum(Square(Sub(prediction, target)), -1)
	logs := MulScalar(Log(AddScalar(squares, offset)), -w.Power)
	if w.Schedule.Factor != nil {
		logs = Mul(logs, ConvertDType(w.Schedule.Factor(progress), logs.DType()))
	}
	loss = ReduceAllMean(Mul(StopGradient(Exp(logs)), squares))
	dim := float64(prediction.Shape().Dim(-1))
	return loss, DivScalar(ReduceAllMean(squares), dim)
}
