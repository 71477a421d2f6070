package engine

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/dtensor"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Body builds one step of a [Loop]: the state after step i, an int32 scalar, from the state before
// it.
type Body func(i *Node, state []*Node) []*Node

// Loop runs: for i from first up to last, state = body(i, state). The body may also change the
// variables of a scope. One call of the engine runs all steps, unless the loop is stepwise.
//
// On GoMLX's pure-Go engine it is always stepwise. That engine counts the uses of a value in the
// body of a loop and then replaces some of them (compute v0.1.6: broadcasts move into the operation
// that follows), so that values are missing or freed too early. A step a call costs little there.
type Loop struct {
	*model.Exec
	stepwise bool
	// Of first, last and the state, where there are several devices.
	shardings []*distributed.ShardingSpec
}

// NewLoop builds a loop. It is compiled when first run, and for each new shape of its state.
func NewLoop(engine compute.Backend, store *model.Store, scope *model.Scope, body Body) (*Loop,
	error) {
	l := &Loop{stepwise: backend.IsPureGo(engine)}
	var err error
	l.Exec, err = model.NewExec(engine, store, func(_ *model.Scope, inputs []*Node) []*Node {
		if l.stepwise {
			return body(inputs[0], inputs[2:])
		}
		return while(scope, inputs[0], inputs[1], inputs[2:], body)
	})
	return l, err
}

// Distribute makes devices share the loop. They split the first axis of the parts of the state that
// split marks; XLA splits what is computed from those, and every device has a copy of all else.
func (l *Loop) Distribute(devices int, split ...bool) error {
	mesh, err := distributed.NewDeviceMesh([]int{devices}, []string{"devices"})
	if err != nil {
		return err
	}
	l.shardings = []*distributed.ShardingSpec{
		distributed.NewReplicatedShardingSpec(mesh), distributed.NewReplicatedShardingSpec(mesh),
	}
	for _, isSplit := range split {
		sharding := distributed.NewReplicatedShardingSpec(mesh)
		if isSplit {
			sharding.Axes = []distributed.AxisSpec{{"devices"}}
		}
		l.shardings = append(l.shardings, sharding)
	}
	for variable := range l.Store().RootScope().IterVariables() {
		copied := distributed.NewReplicatedShardingSpec(mesh)
		if err := variable.SetShardingSpec(copied); err != nil {
			return err
		}
	}
	l.AutoSharding(mesh).WithInputShardingSpecs(l.shardings...).
		WithOutputShardingSpecs(distributed.NewReplicatedShardingSpec(mesh))
	return nil
}

// Run returns the state after the loop. The caller finalizes its tensors.
func (l *Loop) Run(first, last int, state ...any) (result []*tensors.Tensor, err error) {
	stride := last - first
	if l.stepwise {
		stride = 1
	}
	for i := first; i < last; i += stride {
		previous := result
		err := Catch(func() error {
			inputs := append([]any{int32(i), int32(i + stride)}, state...)
			for k, sharding := range l.shardings {
				value, err := tensors.FromAnyValue(inputs[k])
				if err != nil {
					return err
				}
				if inputs[k], err = dtensor.ShardTensor(sharding, value); err != nil {
					return err
				}
			}
			result, err = l.Call(inputs...)
			return err
		})
		if err != nil {
			return nil, err
		}
		for k := range state {
			state[k] = result[k]
		}
		for _, tensor := range previous {
			if err := tensor.FinalizeAll(); err != nil {
				return nil, err
			}
		}
	}
	return result[:len(state)], nil // The first device's, if there are several.
}

// while builds the loop, with the variables of the scope, which have to exist already.
//
// XLA's loops see nothing from outside, so the variables go round with the state. GoMLX keeps one
// node for all uses of a scalar constant in a graph, wherever it was made first: the body has to be
// built before anything else uses one.
func while(scope *model.Scope, first, last *Node, state []*Node, body Body) []*Node {
	g := first.Graph()
	variables := slices.Collect(scope.IterVariables())
	initial := append([]*Node{first, last}, state...)
	after := len(initial)
	for _, variable := range variables {
		initial = append(initial, variable.NodeValue(g))
	}
	parameters := func(g *Graph) []*Node {
		nodes := make([]*Node, len(initial))
		for k, node := range initial {
			nodes[k] = Parameter(g, fmt.Sprintf("loop_%d", k), node.Shape())
		}
		return nodes
	}
	changed := make([]bool, len(variables))
	step := NewClosure(g, func(g *Graph) []*Node {
		current := parameters(g)
		for k, variable := range variables {
			variable.SetNodeValue(current[after+k])
		}
		i, last, state := current[0], current[1], current[2:after]
		next := append([]*Node{OnePlus(i), last}, body(i, state)...)
		for k, variable := range variables {
			value := variable.NodeValue(g)
			changed[k] = value != current[after+k]
			next = append(next, value)
			variable.SetNodeValue(initial[after+k])
		}
		return next
	})
	condition := NewClosure(g, func(g *Graph) []*Node {
		current := parameters(g)
		return []*Node{LessThan(current[0], current[1])}
	})
	final := While(condition, step, initial...)
	for k, variable := range variables {
		if changed[k] {
			variable.SetNodeValue(final[after+k])
		}
	}
	return final[2:after]
}
