// Package network has the networks that learn a velocity. A network's input is a point, the times,
// and the conditions of the point.
//
// The files: network.go has the interface, input.go the input of a network, mlp.go the tutorial's
// network, residual_mlp.go a network for more dimensions and conditions, patch_transformer.go one
// for images. Their parts are in linear.go, columns.go, activation.go, gelu.go, normalise.go,
// gradient.go, time_features.go, conditioning.go, patches.go, positions.go and attention.go, and
// their form in a checkpoint in encoding.go.
package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Network builds the graph of a velocity. [MLP], [ResidualMLP] and [PatchTransformer] are
// networks, and [Func] makes a function a network.
type Network interface {
	// Velocity builds u(x, t, r), the average velocity over the times from r to t, [batch, dim]. A
	// network trained by flow matching always gets r = t, and predicts the velocity at t.
	//
	// The weights live in the scope. A graph may call Velocity several times with the same scope,
	// so it must enter inner scopes by At, not by In. On an error it panics, as GoMLX's functions
	// do.
	Velocity(scope *model.Scope, in Input) *Node
}

// Func is a custom network as a function. A checkpoint can't keep a function, so loading a model
// that was trained with one needs the function again.
type Func func(scope *model.Scope, in Input) *Node

// Velocity calls the function.
func (f Func) Velocity(scope *model.Scope, in Input) *Node { return f(scope, in) }
