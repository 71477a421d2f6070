package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/nn"
)

// normalise builds LayerNorm without weights, y = (h - mean)·s with s = 1/√(variance + 1e-6), over
// the last axis of h [batch, …, width]. Its gradient for v is
//
//	s·(v - mean(v) - y·mean(v·y))
func normalise(h *Node) *Node {
	const epsilon = 1e-6
	value := nn.LayerNorm(h, []int{-1}, epsilon, nil, nil, nil)
	return withGradient(h, value, func(y, v *Node) *Node {
		centred := Sub(h, meanOf(h))
		// GoMLX has no gradient for Rsqrt.
		inverse := Inverse(Sqrt(AddScalar(meanOf(Square(centred)), epsilon)))
		return Mul(inverse, Sub(Sub(v, meanOf(v)), Mul(y, meanOf(Mul(v, y)))))
	})
}

// meanOf builds the means over the last axis of x, which stays with one element.
func meanOf(x *Node) *Node { return ReduceAndKeep(x, ReduceMean, -1) }

// softmax builds y = exp(x)/Σ exp(x) over the last axis of x. Its gradient for v is y·(v - Σ v·y).
func softmax(x *Node) *Node {
	return withGradient(x, Softmax(x, -1), func(y, v *Node) *Node {
		return Mul(y, Sub(v, ReduceAndKeep(Mul(v, y), ReduceSum, -1)))
	})
}
