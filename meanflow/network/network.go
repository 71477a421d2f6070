// Package network has the networks that learn a velocity, and what they are given: the point, the
// times, and what the point is conditioned on.
//
// The files: network.go has the interface, input.go what a network is given, mlp.go the tutorial's
// network, residual_mlp.go one for more dimensions and conditions, time_features.go, activation.go
// and linear.go their parts, encoding.go what a checkpoint keeps of them.
package network

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Network builds the graph of a velocity. [MLP] and [ResidualMLP] are networks; [Func] makes one of
// a function.
type Network interface {
	// Velocity builds u(x, t, r), the average velocity over the times from r to t, [batch, dim]. A
	// network trained by flow matching has r = t, and is the velocity at t.
	//
	// The weights live in the scope. Velocity is called more than once for a graph, so it enters
	// its scopes with At, not with In. It panics if it can't be built, as GoMLX's functions do.
	Velocity(scope *model.Scope, in Input) *Node
}

// Func is a network of your own as a function. A checkpoint can't keep a function: to load a model
// that was trained with one, hand it over again.
type Func func(scope *model.Scope, in Input) *Node

// Velocity calls the function.
func (f Func) Velocity(scope *model.Scope, in Input) *Node { return f(scope, in) }
