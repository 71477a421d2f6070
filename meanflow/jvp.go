package meanflow

import (
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"
)

// JVP builds fn(primals) and its derivative in the direction of the tangents, the Jacobian-vector
// product
//
//	tangent = Σᵢ ∂fn/∂primalᵢ · tangentᵢ
//
// Each tangent has the shape and the floating-point type of its primal; value and tangent have
// those of what fn returns. Every primal is a variable of its own, also where one is computed from
// another. Gradients can be taken through value and tangent, so JVP can be nested.
//
// GoMLX has reverse mode only, and reverse mode twice is forward mode: with a cotangent w the first
// gradient gives Jᵀw, which is linear in w, and the gradient of ⟨Jᵀw, tangent⟩ = ⟨w, J·tangent⟩ by
// w is J·tangent (J. Townsend, "A new trick for calculating Jacobian vector products", 2017).
// Neither depends on the value of w, and the engines drop what only served to get there, so it
// costs what forward mode costs.
//
// It builds a graph, so it panics: if shapes or types don't fit, or if fn uses an operation that
// GoMLX has no gradient for, or whose gradient uses one. The message names the operation. Pooling
// is one, and so are Sort and Reverse.
func JVP(fn func(primals []*Node) *Node, primals, tangents []*Node) (value, tangent *Node) {
	if len(primals) == 0 || len(primals) != len(tangents) {
		Panicf("meanflow.JVP: %d primals, %d tangents: their numbers must be equal, and at least 1",
			len(primals), len(tangents))
	}
	separate := make([]*Node, len(primals))
	for i, primal := range primals {
		if !primal.DType().IsFloat() {
			Panicf("meanflow.JVP: primals[%d] is %s: only floating-point values have derivatives",
				i, primal.Shape())
		}
		if !primal.Shape().Equal(tangents[i].Shape()) {
			Panicf("meanflow.JVP: tangents[%d] is %s, its primal is %s: they must have the same "+
				"shape and type",
				i, tangents[i].Shape(), primal.Shape())
		}
		// x_t is computed from t. Without a node of its own for each primal the gradient by t
		// would also run through x_t, and count that part of the derivative twice.
		separate[i] = IdentityWithCustomGradient(primal, func(_, v *Node) *Node { return v })
	}
	value = fn(separate)
	if !value.DType().IsFloat() {
		Panicf("meanflow.JVP: the function returns %s: only floating-point values have derivatives",
			value.Shape())
	}
	cotangent := Identity(OnesLike(value)) // Any value; a node that nothing else uses.
	transposed := Gradient(ReduceAllSum(Mul(value, cotangent)), separate...)
	var inner *Node
	for i, row := range transposed {
		product := ReduceAllSum(Mul(row, ConvertDType(tangents[i], row.DType())))
		if inner == nil {
			inner = product
		} else {
			inner = Add(inner, ConvertDType(product, inner.DType()))
		}
	}
	return value, Gradient(inner, cotangent)[0]
}
