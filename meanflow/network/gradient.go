package network

import . "github.com/gomlx/gomlx/core/graph"

// withGradient builds a node y with the given value. gradient builds the gradient by x from y and
// v, the gradient by y. All have the same shape. JVPs and gradients then cost a formula, in place
// of what follows from the terms of value. If the formula is differentiable in x and y, so is y, to
// any order.
//
// y is stopgrad(value) + (x - stopgrad(x)), where the first x has the custom gradient.
func withGradient(x, value *Node, gradient func(y, v *Node) *Node) (y *Node) {
	passed := IdentityWithCustomGradient(x, func(_, v *Node) *Node { return gradient(y, v) })
	y = Add(StopGradient(value), Sub(passed, StopGradient(x)))
	return y
}
