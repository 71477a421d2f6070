package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// ImprovedMeanFlow is [MeanFlow] whose points move with the network's own velocity, instead of the
// sample's (Geng et al., "Improved Mean Flows", arXiv 2512.02012):
//
//	du/dt = v'·∂u/∂x + ∂u/∂t,  v' = u(x_t, t, t),  v = noise - data
//	loss  = E ‖u(x_t, t, r) + (t - r)·stopgrad(du/dt) - v‖² / dim
//
// The sample's velocity is the flow's only on average, and adds noise to du/dt. The network's is
// the flow's as far as the network has learned it, from the examples with r = t: it diverges unless
// FlowRatio is above 0.
type ImprovedMeanFlow struct{ MeanFlow }

// Name is "improved mean flow".
func (ImprovedMeanFlow) Name() string { return "improved mean flow" }

// String tells the parameters.
func (o ImprovedMeanFlow) String() string { return o.describe(o.Name()) }

// Loss builds the loss above, a scalar, and the mean squared error.
func (o ImprovedMeanFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	return o.loss(u, batch, StopGradient(u(batch.Interpolant(), batch.T, batch.T)))
}
