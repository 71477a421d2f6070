package meanflow

import (
	"fmt"
	"math"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
)

// A batch has diverged whose loss is not a finite number, or more than Config.JumpFactor times the reference: the mean
// loss of the epoch before, in the first epoch its first loss. The training stops there, unless it may leave such
// batches out. Then a gradient that is not finite counts as diverged too, and nothing but the random numbers changes.

// divergence says what is wrong with a loss, or returns nil.
func (c Config) divergence(loss, reference float64) error {
	switch {
	case math.IsNaN(loss) || math.IsInf(loss, 0):
		return fmt.Errorf("the loss is %v", loss)
	case c.JumpFactor > 0 && reference > 0 && loss > c.JumpFactor*reference:
		return fmt.Errorf("the loss is %.4g, more than Config.JumpFactor, %v, times the %.4g before", loss, c.JumpFactor, reference)
	}
	return nil
}

// isSound builds whether divergence returns nil, and the gradients are finite. All are scalars.
func (c Config) isSound(loss, reference *Node, gradients []*Node) *Node {
	good := LogicalAnd(IsFinite(loss), IsFinite(squaredNorm(gradients)))
	if c.JumpFactor > 0 {
		hasReference := GreaterThan(reference, ZerosLike(reference))
		jumps := GreaterThan(ConvertDType(loss, reference.DType()), MulScalar(reference, c.JumpFactor))
		good = LogicalAnd(good, LogicalNot(LogicalAnd(hasReference, jumps)))
	}
	return good
}

func (c Config) likelyCauses() string {
	return fmt.Sprintf("likely causes: a learning rate that is too large (Config.LearningRate is %v), a target without "+
		"StopGradient, or a du/dt that blows up near t = 1, which Config.ClipNorm limits", c.LearningRate)
}

// checkFinite names weights that are not finite.
func (m *Model) checkFinite() error {
	for variable := range m.network().IterVariables() {
		value, err := variable.Value()
		if err != nil {
			return err
		}
		isFinite := true
		err = value.ConstFlatData(func(flat any) {
			switch flat := flat.(type) {
			case []float32:
				isFinite = !slices.ContainsFunc(flat, func(weight float32) bool { return !(math.Abs(float64(weight)) <= math.MaxFloat64) })
			case []float64:
				isFinite = !slices.ContainsFunc(flat, func(weight float64) bool { return !(math.Abs(weight) <= math.MaxFloat64) })
			}
		})
		if err != nil {
			return err
		}
		if !isFinite {
			return fmt.Errorf("not all of the weights %s are finite", variable.Path())
		}
	}
	return nil
}

// squaredNorm is the sum of the squares of all elements, a scalar.
func squaredNorm(gradients []*Node) *Node {
	sum := ReduceAllSum(Square(gradients[0]))
	for _, gradient := range gradients[1:] {
		sum = Add(sum, ReduceAllSum(Square(gradient)))
	}
	return sum
}

// clip scales gradients down to the norm, all together, if they are larger (R. Pascanu et al., "On the difficulty of
// training recurrent neural networks", 2013, algorithm 1).
func clip(gradients []*Node, norm float64) []*Node {
	is := Sqrt(squaredNorm(gradients))
	factor := Div(ConstAs(is, norm), MaxScalar(is, norm))
	clipped := make([]*Node, len(gradients))
	for i, gradient := range gradients {
		clipped[i] = Mul(gradient, factor)
	}
	return clipped
}
