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

// conditions are what points are conditioned on, [batch, …] each.
type conditions struct {
	// int32 [batch, 1], from 1, 0 where it is withheld; nil where there are no classes.
	class  *Node
	values *Node // [batch, values], 0 where they are withheld; nil where there are none.
	known  *Node // [batch, 1], 1, or 0 where they are withheld.
}

// withheld is the same without any condition, for the velocity of all points.
func (c conditions) withheld() *conditions {
	none := &conditions{known: ZerosLike(c.known)}
	if c.class != nil {
		none.class = ZerosLike(c.class)
	}
	if c.values != nil {
		none.values = ZerosLike(c.values)
	}
	return none
}

// input is what a network is given at points x [batch, dim] and times t and r [batch, 1].
func (m metadata) input(x, t, r *Node, c *conditions) network.Input {
	in := network.Input{X: x, T: t, R: r}
	if c != nil {
		in.Class, in.Classes, in.Values, in.Conditioned = c.class, m.Classes, c.values, c.known
		in.Guidance = MulScalar(OnesLike(t), m.Guidance)
	}
	return in
}

// conditionsOf takes classes and values from what [Config.draw] built, or is nil if there are none.
func (c Config) conditionsOf(drawn []*Node) *conditions {
	if len(drawn) == 0 {
		return nil
	}
	var told conditions
	data, _ := conditioned(c.Data)
	if data.Classes() > 0 {
		told.class, drawn = drawn[0], drawn[1:]
	}
	if data.Values() > 0 {
		told.values = drawn[0]
	}
	return &told
}

// withhold withholds the conditions of a share of the examples, drawn at random.
func (c Config) withhold(scope *model.Scope, g *Graph, told *conditions) {
	column := shapes.Make(dtypes.Float32, c.BatchSize, 1)
	if c.ClassDropout == 0 {
		told.known = Ones(g, column)
		return
	}
	isKnown := GreaterOrEqual(random.Uniform(scope, g, c.BatchSize, 1),
		Scalar(g, column.DType, c.ClassDropout))
	told.known = ConvertDType(isKnown, column.DType)
	if told.class != nil {
		told.class = Where(isKnown, told.class, ZerosLike(told.class))
	}
	if told.values != nil {
		told.values = Mul(told.values, told.known)
	}
}

// velocity builds the network of the training under these conditions, nil for none.
func (c Config) velocity(scope *model.Scope, told *conditions) Velocity {
	return func(x, t, r *Node) *Node {
		return c.Network.Velocity(scope.At(training.NetworkScope),
			c.metadata().input(x, t, r, told))
	}
}
