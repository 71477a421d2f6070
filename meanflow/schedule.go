package meanflow

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Schedule builds the factor by which a number changes while the training goes on. Progress is a scalar, from 0 at
// the first step to 1 after the last.
type Schedule func(progress *Node) *Node

// Cosine falls from 1 to 0 along half a cosine (I. Loshchilov and F. Hutter, arXiv 1608.03983, without restarts):
//
//	(1 + cos(π·progress))/2
func Cosine(progress *Node) *Node {
	return MulScalar(OnePlus(Cos(MulScalar(progress, math.Pi))), 0.5)
}

// FallingSigmoid falls from 1 to 0 along a logistic curve, half of it at half of the training:
//
//	1/(1 + exp(25·(progress - 1/2)))
func FallingSigmoid(progress *Node) *Node {
	return Logistic(MulScalar(AddScalar(progress, -0.5), -25))
}

// Constant is always the same.
func Constant(factor float64) Schedule {
	return func(progress *Node) *Node { return ConstAs(progress, factor) }
}

// WithWarmUp is a schedule whose factors rise from 0 in the first part of the training, a share above 0 of it. The
// schedule may be nil, for no change afterwards.
func WithWarmUp(share float64, schedule Schedule) Schedule {
	return func(progress *Node) *Node {
		if !(share > 0 && share <= 1) {
			exceptions.Panicf("WithWarmUp: the share is %v, it must be above 0 and at most 1", share)
		}
		factor := MinScalar(DivScalar(progress, share), 1)
		if schedule != nil {
			factor = Mul(factor, schedule(progress))
		}
		return factor
	}
}
