package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// ImprovedMeanFlow is [MeanFlow] with the network's own velocity in du/dt, instead of the sample's
// (Geng et al., "Improved Mean Flows", arXiv 2512.02012):
//
//	du/dt = v'·∂u/∂x + ∂u/∂t,  v' = u(x_t, t, t),  v = noise - data
//	loss  = E ‖u(x_t, t, r) + (t - r)·stopgrad(du/dt) - v‖² / dim
//
// The sample's velocity equals the flow's velocity only on average, and adds noise to du/dt. The
// network's velocity has no such noise. The network learns it from examples with r = t, so the
// training diverges unless FlowRatio is above 0.
type ImprovedMeanFlow struct{ MeanFlow }

// Name is "improved mean flow".
func (ImprovedMeanFlow) Name() string { return "improved mean flow" }

// String returns the name and the parameters.
func (o ImprovedMeanFlow) String() string { return o.describe(o.Name()) }

// Loss builds the scalar loss above, and the scalar mean squared error.
func (o ImprovedMeanFlow) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	return o.loss(u, batch, StopGradient(u(batch.Interpolant(), batch.T, batch.T)))
}
