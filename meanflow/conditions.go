package meanflow

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// conditions are the conditions of the examples of a batch.
type conditions struct {
	// class is int32 [batch, 1], from 1, or 0 where it is withheld; nil without classes.
	class   *Node
	classes int // The number of classes.
	// values are [batch, values], or 0 where they are withheld; nil without condition values.
	values *Node
	// known is [batch, 1]: 1, or 0 where class and values are withheld.
	known *Node
	// guidance is the guidance scale, [batch, 1], or 1 where class and values are withheld; nil
	// unless the network takes it as an input.
	guidance *Node
}

// withheld builds the conditions with everything withheld, for the unconditional velocity.
func (c conditions) withheld() *conditions {
	none := &conditions{known: ZerosLike(c.known)}
	if c.class != nil {
		none.class = ZerosLike(c.class)
	}
	if c.values != nil {
		none.values = ZerosLike(c.values)
	}
	if c.guidance != nil {
		none.guidance = OnesLike(c.guidance)
	}
	return none
}

// input builds the input of a network at points x [batch, dim] and times t and r [batch, 1], under
// conditions, nil for none.
func (m metadata) input(x, t, r *Node, c *conditions) network.Input {
	in := network.Input{X: x, T: t, R: r}
	if c != nil {
		in.Class, in.Classes, in.Values, in.Conditioned = c.class, m.Classes, c.values, c.known
		in.Guidance = c.guidance
	}
	return in
}

// conditionsOf returns the conditions made of the classes and values that [Config.draw] built, or
// nil if it built none.
func (c Config) conditionsOf(drawn []*Node) *conditions {
	if len(drawn) == 0 {
		return nil
	}
	given := &conditions{}
	data, _ := conditioned(c.Data)
	if data.Classes() > 0 {
		given.class, given.classes, drawn = drawn[0], data.Classes(), drawn[1:]
	}
	if data.Values() > 0 {
		given.values = drawn[0]
	}
	return given
}

// withhold withholds the conditions of random examples, a share c.ClassDropout of them.
func (c Config) withhold(scope *model.Scope, g *Graph, given *conditions) {
	column := shapes.Make(dtypes.Float32, c.BatchSize, 1)
	if c.ClassDropout == 0 {
		given.known = Ones(g, column)
		return
	}
	isKnown := GreaterOrEqual(random.Uniform(scope, g, c.BatchSize, 1),
		Scalar(g, column.DType, c.ClassDropout))
	given.known = ConvertDType(isKnown, column.DType)
	if given.class != nil {
		given.class = Where(isKnown, given.class, ZerosLike(given.class))
	}
	if given.values != nil {
		given.values = Mul(given.values, given.known)
	}
}

// velocity returns the network in training under the given conditions, nil for none.
func (c Config) velocity(scope *model.Scope, given *conditions) Velocity {
	return func(x, t, r *Node) *Node {
		return c.Network.Velocity(scope.At(training.NetworkScope),
			c.metadata().input(x, t, r, given))
	}
}
