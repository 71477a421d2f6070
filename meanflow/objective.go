package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Objective defines the loss that a training minimises. To try a new one, implement these four
// methods. An objective with parameters should also have a method String that returns them: a
// checkpoint keeps the text, and resuming compares it.
type Objective interface {
	// Name returns a name such as "mean flow", for checkpoints and messages.
	Name() string
	// PredictsAverage reports whether the network learns the average velocity over [r, t], which
	// leads from t to r in one step. Otherwise it learns the velocity at t, which must be followed
	// in small steps.
	PredictsAverage() bool
	// TimeSampler returns the sampler of a batch's times t and r.
	TimeSampler() TimeSampler
	// Loss builds the scalar loss of a batch for the network u, and the scalar mean squared error
	// without weights. A training detects divergence by the squared error, and shows it if it is
	// not the same node as the loss.
	Loss(u Velocity, batch Batch) (loss, squaredError *Node)
}

// Velocity is a network with its weights and conditions. It builds u(x, t, r), [batch, dim], at
// points x [batch, dim] and times t and r [batch, 1], with 0 <= r <= t <= 1.
type Velocity func(x, t, r *Node) *Node

// Batch is a batch of examples. All nodes but Class are float32.
type Batch struct {
	Data  *Node // Target points, [batch, dim].
	Noise *Node // Source points, standard normal, [batch, dim].
	T, R  *Node // Times, [batch, 1], 0 <= R <= T <= 1.
	// Progress is a scalar, from 0 at the first step of the training to 1 after the last.
	Progress *Node
	// Class is the class of each example, int32 [batch, 1], from 1, or 0 where it is withheld. It
	// is nil unless the network is conditioned on classes (see Config.Guidance).
	Class *Node

	velocity *Node // The guided velocity, nil for noise - data.
}

// Interpolant builds the point on the straight line from data (t = 0) to noise (t = 1), [batch,
// dim]:
//
//	x_t = (1 - t)·data + t·noise
func (b Batch) Interpolant() *Node {
	return Add(Mul(OneMinus(b.T), b.Data), Mul(b.T, b.Noise))
}

// Velocity builds the velocity along that line, [batch, dim]: dx_t/dt = noise - data. If
// Config.Guidance is neither 0 nor 1, or Config.MaxGuidance is set, it builds the guided velocity
// instead.
func (b Batch) Velocity() *Node {
	if b.velocity != nil {
		return b.velocity
	}
	return Sub(b.Noise, b.Data)
}

// MeanSquaredError builds the mean over all elements of (prediction - target)², a scalar.
// Prediction and target have the same shape.
func MeanSquaredError(prediction, target *Node) *Node {
	return ReduceAllMean(Square(Sub(prediction, target)))
}
