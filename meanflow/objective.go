package meanflow

import . "github.com/gomlx/gomlx/core/graph"

// Objective is what the training minimises. [FlowMatching] and [MeanFlow] are objectives; to try
// another one, write these three methods.
type Objective interface {
	// Name is kept in checkpoints and shown in messages, for instance "mean flow".
	Name() string
	// Average says what the network learns: the average velocity over [r, t], with which one step
	// jumps from t to r, or (false) the velocity at t, which has to be followed in small steps.
	Average() bool
	// Times draws the times that a batch is trained at.
	Times() TimeSampler
	// Loss builds the scalar loss of a batch for the network u.
	Loss(u Velocity, batch Batch) *Node
}

// Batch holds what one evaluation of a loss is given, all floating-point and of one type.
type Batch struct {
	Data  *Node // Target points, [batch, dim].
	Noise *Node // Source points, standard normal, [batch, dim].
	T, R  *Node // Times, [batch, 1], 0 <= R <= T <= 1.
	// Progress is how much of the training is done, a scalar from 0 to 1, for what changes meanwhile.
	Progress *Node

	classes  *Node // Of the data, int32 [batch, 1], where there are some.
	velocity *Node // Where it is another one than noise - data.
}

// Interpolant is the point on the straight line from data (t = 0) to noise (t = 1), [batch, dim]:
//
//	x_t = (1 - t)·data + t·noise
func (b Batch) Interpolant() *Node {
	return Add(Mul(OneMinus(b.T), b.Data), Mul(b.T, b.Noise))
}

// Velocity is dx_t/dt along that line, [batch, dim]: noise - data, from the data to the noise. With a Config.Guidance it is
// the guided velocity.
func (b Batch) Velocity() *Node {
	if b.velocity != nil {
		return b.velocity
	}
	return Sub(b.Noise, b.Data)
}

// MeanSquaredError is the mean over all elements of (prediction - target)².
func MeanSquaredError(prediction, target *Node) *Node {
	return ReduceAllMean(Square(Sub(prediction, target)))
}
