package meanflow

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Net builds the graph of a network for the average velocity u(x, t, r) over the times from r to t
// (or, trained by [FlowMatching], for the velocity at t, and then r = t).
//
// x is [batch, dim], t and r are [batch, 1] with 0 <= r <= t <= 1, the result is [batch, dim]. The
// weights live in the scope. A Net is called more than once for the same graph, so it must enter its
// scopes with At, not with In.
type Net func(scope *model.Scope, x, t, r *Node) *Node

// Velocity is a [Net] with its weights: u(x, t, r), with the shapes that are said there.
type Velocity func(x, t, r *Node) *Node
