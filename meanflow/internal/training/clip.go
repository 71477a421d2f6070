package training

import . "github.com/gomlx/gomlx/core/graph"

// clip scales gradients down to a norm, of all of them together, if theirs is larger (R. Pascanu et
// al., "On the difficulty of training recurrent neural networks", 2013, algorithm 1).
func clip(gradients []*Node, norm float64) []*Node {
	is := Sqrt(squaredNorm(gradients))
	factor := Div(ConstAs(is, norm), MaxScalar(is, norm))
	clipped := make([]*Node, len(gradients))
	for i, gradient := range gradients {
		clipped[i] = Mul(gradient, factor)
	}
	return clipped
}

// squaredNorm is the sum of the squares of all elements, a scalar.
func squaredNorm(gradients []*Node) *Node {
	sum := ReduceAllSum(Square(gradients[0]))
	for _, gradient := range gradients[1:] {
		sum = Add(sum, ReduceAllSum(Square(gradient)))
	}
	return sum
}
