package meanflow

import (
	"fmt"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Schedule is a factor that depends on the progress of the training. The zero value is no schedule.
type Schedule struct {
	// Name identifies the schedule and its parameters. A checkpoint keeps it, and resuming compares
	// it.
	Name string
	// Factor builds the scalar factor for the progress, a scalar from 0 at the first step to 1
	// after the last.
	Factor func(progress *Node) *Node
}

// String returns the name, or "none".
func (s Schedule) String() string {
	if s.Factor == nil {
		return "none"
	}
	return s.Name
}

// CosineDecay falls from 1 to 0 along half a cosine (I. Loshchilov and F. Hutter, arXiv 1608.03983,
// without restarts):
//
//	(1 + cos(π·progress))/2
func CosineDecay() Schedule {
	return Schedule{"cosine decay", func(progress *Node) *Node {
		return MulScalar(OnePlus(Cos(MulScalar(progress, math.Pi))), 0.5)
	}}
}

// SigmoidDecay falls from nearly 1 to nearly 0 along a logistic curve:
//
//	1/(1 + exp(25·(progress - 1/2)))
func SigmoidDecay() Schedule {
	return Schedule{"sigmoid decay", func(progress *Node) *Node {
		return Logistic(MulScalar(AddScalar(progress, -0.5), -25))
	}}
}

// Constant is always the same factor.
func Constant(factor float64) Schedule {
	return Schedule{fmt.Sprintf("constant %v", factor), func(progress *Node) *Node {
		return ConstAs(progress, factor)
	}}
}

// WithWarmUp rises linearly from 0 to 1 in the first share of the training, above 0 and at most 1.
// The given schedule takes the rest of the training; the zero schedule stays at 1.
//
//	progress/share                              up to share
//	schedule((progress - share)/(1 - share))    from there
func WithWarmUp(share float64, schedule Schedule) Schedule {
	return Schedule{fmt.Sprintf("warm-up over %v, then %s", share, schedule),
		func(progress *Node) *Node {
			if !(share > 0 && share <= 1) {
				exceptions.Panicf("WithWarmUp: the share is %v, it must be above 0 and at most 1",
					share)
			}
			rise := MinScalar(DivScalar(progress, share), 1)
			if schedule.Factor == nil || share == 1 {
				return rise
			}
			rest := MaxScalar(DivScalar(AddScalar(progress, -share), 1-share), 0)
			isWarm := GreaterOrEqual(progress, ConstAs(progress, share))
			return Where(isWarm, schedule.Factor(rest), rise)
		}}
}
