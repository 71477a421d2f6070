package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// FlowMatching regresses the network on the velocity of the sample (Lipman et al., arXiv 2210.02747,
// eq. 14; Liu et al., arXiv 2209.03003):
//
//	loss = E ‖u(x_t, t, t) - (noise - data)‖² / dim
//
// Its minimum is the velocity of the flow at (x_t, t).
type FlowMatching struct{}

func (FlowMatching) Name() string       { return "flow matching" }
func (FlowMatching) Average() bool      { return false }
func (FlowMatching) Times() TimeSampler { return UniformTime }

func (FlowMatching) Loss(u Velocity, batch Batch) *Node {
	return MeanSquaredError(u(batch.Interpolant(), batch.T, batch.T), batch.Velocity())
}
