package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Objective is what the training minimises. [FlowMatching] and [MeanFlow] are objectives; to try
// another one, write these four methods. One with parameters has a method String, too, which tells
// them: a checkpoint keeps it, and resuming compares it.
type Objective interface {
	// Name is kept in checkpoints and shown in messages, for instance "mean flow".
	Name() string
	// PredictsAverage says what the network learns: the average velocity over [r, t], with which
	// one step jumps from t to r, or (false) the velocity at t, which has to be followed in small
	// steps.
	PredictsAverage() bool
	// TimeSampler draws the times that a batch is trained at.
	TimeSampler() TimeSampler
	// Loss builds the loss of a batch for the network u, a scalar, and the mean squared error
	// without weights, a scalar, which tells divergence and is shown where it is another node than
	// the loss.
	Loss(u Velocity, batch Batch) (loss, squaredError *Node)
}

// Velocity is a network with its weights and conditions: u(x, t, r), [batch, dim], at points x
// [batch, dim] and times t and r [batch, 1], 0 <= r <= t <= 1.
type Velocity func(x, t, r *Node) *Node

// Batch is what a loss is given. All nodes are float32.
type Batch struct {
	Data  *Node // Target points, [batch, dim].
	Noise *Node // Source points, standard normal, [batch, dim].
	T, R  *Node // Times, [batch, 1], 0 <= R <= T <= 1.
	// Progress is the share of the training that is done, a scalar from 0 to 1.
	Progress *Node

	velocity *Node // Where it differs from noise - data.
}

// Interpolant is the point on the straight line from data (t = 0) to noise (t = 1), [batch, dim]:
//
//	x_t = (1 - t)·data + t·noise
func (b Batch) Interpolant() *Node {
	return Add(Mul(OneMinus(b.T), b.Data), Mul(b.T, b.Noise))
}

// Velocity is dx_t/dt along that line, [batch, dim]: noise - data. With a Config.Guidance above 1
// it is the guided velocity.
func (b Batch) Velocity() *Node {
	if b.velocity != nil {
		return b.velocity
	}
	return Sub(b.Noise, b.Data)
}

// MeanSquaredError is the mean over all elements of (prediction - target)², a scalar. Both have the
// same shape.
func MeanSquaredError(prediction, target *Node) *Node {
	return ReduceAllMean(Square(Sub(prediction, target)))
}
