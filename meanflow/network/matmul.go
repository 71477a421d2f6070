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
	product := contract(byA, aAxis, byB, bAxis)
	return IdentityWithCustomGradient(product, func(_, gradient *Node) *Node {
		v = gradient
		return gradient
	})
}

// contract builds the product of matMul, whose gradients are not used. The engine computes only
// a·b. XLA takes the other forms as well, but the pure-Go engine (GoMLX v0.28.8) transposes both
// factors of aᵀ·b, where the smaller one is enough, and takes up to 20 times as long for a·bᵀ of
// small matrices on Intel's processors.
func contract(a *Node, aAxis int, b *Node, bAxis int) *Node {
	if aAxis == 0 && bAxis == 0 && b.Shape().Size() < a.Shape().Size() {
		return TransposeAllAxes(contract(b, 0, a, 0), 1, 0)
	}
	if aAxis == 0 {
		a = TransposeAllAxes(a, 1, 0)
	}
	if bAxis == 1 {
		b = TransposeAllAxes(b, 1, 0)
	}
	return Dot(a, b).Product()
}
