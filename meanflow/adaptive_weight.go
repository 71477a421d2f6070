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
// The larger the power, the less examples with large errors count. With the power 1/2 an example
// contributes about its distance ‖Δ‖, so the network learns a median rather than a mean. The zero
// value gives the mean squared error E ‖Δ‖²/dim.
type AdaptiveWeight struct {
	Power    float64  // From 0 to 1; the paper uses 0.5, 0.75 and 1.
	Offset   float64  // Above 0; 0.001 if it is 0.
	Schedule Schedule // Multiplies the power; the zero value keeps it constant.
}

// String returns the parameters, or "none" if the power is 0.
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

// Loss builds the scalar loss of predictions [batch, dim] for targets [batch, dim], and the scalar
// mean squared error without weights, which is the same node if the power is 0. progress is a
// scalar (see [Batch]). Loss panics if Power or Offset is negative or not finite.
func (w AdaptiveWeight) Loss(prediction, target, progress *Node) (loss, squaredError *Node) {
	if w.Power == 0 {
		loss = MeanSquaredError(prediction, target)
		return loss, loss
	}
	offset := w.offset()
	if !(w.Power > 0) || math.IsInf(w.Power, 1) || !(offset > 0) || math.IsInf(offset, 1) {
		exceptions.Panicf("AdaptiveWeight.Power is %v and AdaptiveWeight.Offset is %v, both must "+
			"be finite and not negative", w.Power, w.Offset)
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
