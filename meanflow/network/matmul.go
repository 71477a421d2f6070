package network

import . "github.com/gomlx/gomlx/core/graph"

// matMul builds the product of two matrices a and b over axis aAxis of a and axis bAxis of b: a·b
// over 1 and 0, a·bᵀ over 1 and 1, aᵀ·b over 0 and 0. The result has the other axis of a, then that
// of b.
//
// Its gradients are such products, too, to any order. GoMLX's gradients of a product (v0.28.8) end
// with a transpose, mostly one that changes nothing. XLA drops those, but the pure-Go engine copies
// the matrix, which was a fifth of a training step.
func matMul(a *Node, aAxis int, b *Node, bAxis int) *Node {
	var v *Node // The gradient by the product. A pass of gradients comes to it before a and b.
	byA := IdentityWithCustomGradient(a, func(_, _ *Node) *Node {
		if aAxis == 1 {
			return matMul(v, 1, b, 1-bAxis)
		}
		return matMul(b, 1-bAxis, v, 1)
	})
	byB := IdentityWithCustomGradient(b, func(_, _ *Node) *Node {
		if bAxis == 0 {
			return matMul(a, 1-aAxis, v, 0)
		}
		return matMul(v, 0, a, 1-aAxis)
	})
	product := DotGeneral(byA, []int{aAxis}, nil, byB, []int{bAxis}, nil)
	return IdentityWithCustomGradient(product, func(_, gradient *Node) *Node {
		v = gradient
		return gradient
	})
}
