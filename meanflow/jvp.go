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
// Each tangent has the shape and the floating-point type of its primal. value and tangent have the
// shape and the type of fn's result. JVP treats the primals as independent variables, even if one
// is computed from another. Gradients flow through value and tangent, so JVP can be nested.
//
// GoMLX has reverse mode only, but reverse mode applied twice is forward mode. With a cotangent w,
// the first gradient gives Jᵀw, which is linear in w. The gradient of ⟨Jᵀw, tangent⟩ = ⟨w,
// J·tangent⟩ with respect to w is J·tangent (J. Townsend, "A new trick for calculating Jacobian
// vector products", 2017). It does not depend on the value of w. The engines drop the nodes that
// the result does not need, so the cost is that of forward mode.
//
// JVP panics if shapes or types don't fit, or if GoMLX has no gradient, or no gradient of the
// gradient, for an operation in fn, such as pooling, Sort and Reverse. The message names the
// operation.
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
				"shape and type", i, tangents[i].Shape(), primal.Shape())
		}
		// x_t is computed from t. Without a separate node for each primal, the gradient by t would
		// also flow through x_t, and count that part of the derivative twice.
		separate[i] = IdentityWithCustomGradient(primal, func(_, v *Node) *Node { return v })
	}
	value = fn(separate)
	if !value.DType().IsFloat() {
		Panicf("meanflow.JVP: the function returns %s: only floating-point values have derivatives",
			value.Shape())
	}
	// The cotangent may have any value, but must be a node that nothing else uses.
	cotangent := Identity(OnesLike(value))
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
