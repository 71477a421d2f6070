package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// FlowMatching regresses the network on the velocity of the sample (Lipman et al., arXiv
// 2210.02747, eq. 14; Liu et al., arXiv 2209.03003):
//
//	loss = E ‖u(x_t, t, t) - (noise - data)‖² / dim
//
// Its minimum is the velocity v(x_t, t) of the flow.
type FlowMatching struct{}

// Name is "flow matching".
func (FlowMatching) Name() string { return "flow matching" }

// PredictsAverage is false.
func (FlowMatching) PredictsAverage() bool { return false }

// TimeSampler returns a sampler that draws t uniformly and sets r = t.
func (FlowMatching) TimeSampler() TimeSampler { return EqualTimes(Uniform()) }

// Loss builds the scalar loss above, which is also the mean squared error.
func (FlowMatching) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	loss = MeanSquaredError(u(batch.Interpolant(), batch.T, batch.T), batch.Velocity())
	return loss, loss
}
