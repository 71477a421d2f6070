package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// ImprovedMeanFlow is [MeanFlow] whose points move with the network's own velocity, instead of the sample's (Geng et
// al., "Improved Mean Flows", arXiv 2512.02012):
//
//	du/dt  = v'·∂u/∂x + ∂u/∂t,  v' = u(x_t, t, t)
//	loss   = E ‖u(x_t, t, r) + (t - r)·stopgrad(du/dt) - v‖² / dim,  v = noise - data
//
// The sample's velocity is that of the flow only on average, and adds its noise to du/dt. The network's is the flow's as
// far as it has learned it, from the examples with r = t: without a share of them, Equal, this diverges.
type ImprovedMeanFlow struct{ MeanFlow }

func (ImprovedMeanFlow) Name() string { return "improved mean flow" }

func (o ImprovedMeanFlow) Loss(u Velocity, batch Batch) *Node {
	return o.loss(u, batch, StopGradient(u(batch.Interpolant(), batch.T, batch.T)))
}
