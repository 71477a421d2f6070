package training

import . "github.com/gomlx/gomlx/core/graph"

// clip scales gradients down so that the norm of all gradients together is at most a limit (R.
// Pascanu et al., "On the difficulty of training recurrent neural networks", 2013, algorithm 1).
func clip(gradients []*Node, limit float64) []*Node {
	norm := Sqrt(squaredNorm(gradients))
	factor := Div(ConstAs(norm, limit), MaxScalar(norm, limit))
	clipped := make([]*Node, len(gradients))
	for i, gradient := range gradients {
		clipped[i] = Mul(gradient, factor)
	}
	return clipped
}

// squaredNorm builds the sum of the squares of all elements, a scalar.
func squaredNorm(gradients []*Node) *Node {
	sum := ReduceAllSum(Square(gradients[0]))
	for _, gradient := range gradients[1:] {
		sum = Add(sum, ReduceAllSum(Square(gradient)))
	}
	return sum
}
