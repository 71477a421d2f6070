package meanflow

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute/distributed"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/core/tensors/dtensor"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// loop runs: for i from first up to last, state = body(i, state). The body may also change the variables of a
// scope. All of it is one call of the engine, unless it is stepwise.
//
// It is always stepwise with GoMLX's engine in pure Go. That one counts the uses of a value in the body of a loop and
// then replaces some of them (compute v0.1.3: broadcasts go into the operation that follows), so that values are
// missing or freed too early; a step a call costs little there.
type loop struct {
	*model.Exec
	stepwise  bool
	shardings []*distributed.ShardingSpec // Of first, last and the state, where there are several devices.
}

// newLoop builds a loop. It is compiled when first run, and for each new shape of its state.
func newLoop(m *Model, scope *model.Scope, body func(i *Node, state []*Node) []*Node) (*loop, error) {
	l := &loop{stepwise: backend.IsPureGo(m.engine)}
	var err error
	l.Exec, err = model.NewExec(m.engine, m.store, func(_ *model.Scope, inputs []*Node) []*Node {
		if l.stepwise {
			return body(inputs[0], inputs[2:])
		}
		return while(scope, inputs[0], inputs[1], inputs[2:], body)
	})
	return l, err
}

// distribute lets devices share the loop. They divide the first axis of what is marked so in the state, what is
// computed from that is divided as XLA finds best, and all else each device has.
func (l *loop) distribute(devices int, divided ...bool) error {
	mesh, err := distributed.NewDeviceMesh([]int{devices}, []string{"devices"})
	if err != nil {
		return err
	}
	l.shardings = []*distributed.ShardingSpec{distributed.NewReplicatedShardingSpec(mesh), distributed.NewReplicatedShardingSpec(mesh)}
	for _, divide := range divided {
		sharding := distributed.NewReplicatedShardingSpec(mesh)
		if divide {
			sharding.Axes = []distributed.AxisSpec{{"devices"}}
		}
		l.shardings = append(l.shardings, sharding)
	}
	for variable := range l.Store().RootScope().IterVariables() {
		if err := variable.SetShardingSpec(distributed.NewReplicatedShardingSpec(mesh)); err != nil {
			return err
		}
	}
	l.AutoSharding(mesh).WithInputShardingSpecs(l.shardings...).WithOutputShardingSpecs(distributed.NewReplicatedShardingSpec(mesh))
	return nil
}

// run returns the state after the loop.
func (l *loop) run(first, last int, state ...any) (result []*tensors.Tensor, err error) {
	stride := last - first
	if l.stepwise {
		stride = 1
	}
	for i := first; i < last; i += stride {
		previous := result
		err := catch(func() error {
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
// XLA's loops see nothing from outside, so the variables go round with the state. And because GoMLX keeps one node
// for all uses of a scalar constant in a graph, wherever it was made first, the body has to be built before anything
// else uses one.
func while(scope *model.Scope, first, last *Node, state []*Node, body func(i *Node, state []*Node) []*Node) []*Node {
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
