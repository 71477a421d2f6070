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

// Loop computes state = body(i, state) for i = first, …, last - 1. The body may also change the
// variables of a scope. One call of the engine runs all steps, unless the loop is stepwise: then
// each call runs one step.
//
// A loop is stepwise on GoMLX's pure-Go engine. That engine counts how often the body of a loop
// uses a value, and replaces some of the uses afterwards (compute v0.1.6 moves broadcasts into the
// following operation), so that values are missing or are freed too early. Its calls cost little,
// so nothing is lost.
type Loop struct {
	*model.Exec
	stepwise bool
	// shardings are those of first, last and the parts of the state; nil with a single device.
	shardings []*distributed.ShardingSpec
}

// NewLoop makes a loop over a body, which may use and change the variables of the scope. The loop
// is compiled when it first runs, and again for each new shape of its state.
func NewLoop(
	engine compute.Backend, store *model.Store, scope *model.Scope, body Body,
) (*Loop, error) {
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

// Distribute makes the given number of devices share the loop. The devices split the first axis of
// part k of the state if split[k] is true. XLA also splits what is computed from these parts. Every
// device has a copy of everything else.
func (l *Loop) Distribute(devices int, split ...bool) error {
	mesh, err := distributed.NewDeviceMesh([]int{devices}, []string{"devices"})
	if err != nil {
		return err
	}
	l.shardings = []*distributed.ShardingSpec{
		distributed.NewReplicatedShardingSpec(mesh), // first
		distributed.NewReplicatedShardingSpec(mesh), // last
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

// Run runs the steps from first up to last, exclusive, and returns the state after them. The caller
// must finalize the returned tensors. Run changes the slice state.
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
	return result[:len(state)], nil // With several devices, the results of the first.
}

// while builds the loop as one operation. The variables of the scope must exist already.
//
// XLA's loops can't use values from outside, so the variables become part of the state. GoMLX has
// one node for all uses of a scalar constant in a graph, which belongs to the function that uses it
// first. The body must be built before anything else uses a constant.
func while(scope *model.Scope, first, last *Node, state []*Node, body Body) []*Node {
	g := first.Graph()
	variables := slices.Collect(scope.IterVariables())
	initial := append([]*Node{first, last}, state...)
	after := len(initial) // The index of the first variable.
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
