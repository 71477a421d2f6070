package meanflow

import (
	"errors"
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Drifting trains a generator G of a single step (M. Deng et al., "Generative Modeling via
// Drifting", arXiv 2602.04770, algorithms 1 and 2, appendix A.6):
//
//	G    = z - u(z, 1, 0),  z the noise
//	loss = E ‖G/σ - stopgrad(G/σ + V)‖² / dim
//
// The field V attracts the samples of a batch to its data y⁺, and repels them from each other. The
// affinities A of sample i to data and to the other samples, y⁻, are called A⁺ and A⁻. With the
// mean distance s of all such pairs, and σ = s/√dim:
//
//	K   = exp(-‖G_i - y_j‖/(τ·s))
//	A   = √(K/ΣᵢK · K/ΣⱼK)
//	V_τ = (Σⱼ A⁻·Σⱼ A⁺y⁺ - Σⱼ A⁺·Σⱼ A⁻y⁻)/σ
//	V   = Σ V_τ/√(E ‖V_τ‖²/dim) over the temperatures τ
//
// The field is zero in the mean where samples and data have the same distribution. The loss itself
// hardly falls, because each V_τ is normalised: it does not tell how good the samples are.
//
// Choose it for samples in one step that depend on no [Coupling]. A step takes no derivative of the
// network, but O(batch²) operations, so batches of about 512 are best, with a learning rate of 0.01
// and WithWarmUp(0.05, CosineDecay()). The tutorial's network then takes as long as with MeanFlow
// and batches of 2,048. The loss takes data and noise of a batch as independent sets, so a Coupling
// has no effect on what is learned. The model knows only the step from t = 1 to r = 0: asking it
// for others is a [OneStepError].
//
// With Config.Guidance, which must be 1, samples of a class and the data of that class have a field
// of their own, as have the samples and the data whose class is withheld. A batch needs some
// examples of each class. Data with condition values need a Guidance of 0, or another objective.
type Drifting struct {
	// Temperatures are the widths τ of the kernel, in units of the mean distance. Each is above 0
	// and at most 100. Nil stands for the paper's 0.02, 0.05 and 0.2.
	Temperatures []float64
}

// Name is "drifting".
func (Drifting) Name() string { return "drifting" }

// PredictsAverage is true: the network learns the average velocity over [0, 1].
func (Drifting) PredictsAverage() bool { return true }

// String returns the name and the parameters.
func (o Drifting) String() string {
	return fmt.Sprintf("%s (temperatures %v)", o.Name(), o.temperatures())
}

// TimeSampler sets t = 1 and r = 0.
func (Drifting) TimeSampler() TimeSampler {
	return TimeSampler{"t = 1, r = 0", func(_ *model.Scope, g *Graph, batch int) (t, r *Node) {
		zeros := Zeros(g, shapes.Make(dtypes.Float32, batch, 1))
		return OnePlus(zeros), zeros
	}}
}

// Loss builds the scalar loss above, and returns it twice.
func (o Drifting) Loss(u Velocity, batch Batch) (loss, squaredError *Node) {
	noise := OnesLike(batch.T)
	samples := Sub(batch.Noise, u(batch.Noise, noise, ZerosLike(noise)))
	field, unit := o.field(StopGradient(samples), batch.Data, batch.Class)
	samples = Div(samples, unit)
	loss = MeanSquaredError(samples, StopGradient(Add(samples, field)))
	return loss, loss
}

func (o Drifting) temperatures() []float64 {
	if o.Temperatures == nil {
		return []float64{0.02, 0.05, 0.2}
	}
	return o.Temperatures
}

// validate returns an error if the objective can't train by a configuration.
func (o Drifting) validate(c *Config) error {
	for k, temperature := range o.temperatures() {
		if !(temperature > 0 && temperature <= 100) { // NaN fails, too.
			return fmt.Errorf("Drifting.Temperatures[%d] is %v, it must be above 0 and at most 100",
				k, temperature)
		}
	}
	if len(o.temperatures()) == 0 {
		return errors.New("Drifting.Temperatures is empty, it must have at least one, or be nil")
	}
	if c.BatchSize < 2 {
		return fmt.Errorf("Config.BatchSize is %d, Drifting compares the samples of a batch and "+
			"needs at least 2", c.BatchSize)
	}
	if c.isGuided() {
		return fmt.Errorf("Config.Guidance is %v and Config.MaxGuidance %v, but Drifting has no "+
			"velocities to guide: Guidance must be 0 or 1, MaxGuidance 0",
			c.Guidance, c.MaxGuidance)
	}
	if data, ok := conditioned(c.Data); ok && c.Guidance != 0 && data.Values() > 0 {
		return fmt.Errorf("Config.Data has %d condition values, but Drifting compares points of a "+
			"class: train without Config.Guidance, or with MeanFlow", data.Values())
	}
	return nil
}

// field builds the field V [batch, dim] at samples [batch, dim] towards data [batch, dim], and its
// unit σ, a scalar. The class, int32 [batch, 1], of a sample is that of the data in its row; nil
// stands for a single class.
func (o Drifting) field(samples, data, class *Node) (field, unit *Node) {
	batch, dim := samples.Shape().Dim(0), samples.Shape().Dim(1)
	points := Concatenate([]*Node{data, samples}, 0)
	distance, isPair := distances(samples, points), pairMask(samples.Graph(), batch, class)
	mean := MaxScalar(MaskedReduceAllMean(distance, isPair), 1e-6)
	unit = DivScalar(mean, math.Sqrt(float64(dim)))
	// The affinity of what is no pair is exactly 0.
	distance = Where(isPair, Div(distance, mean), ConstAs(distance, 1e6))
	for _, temperature := range o.temperatures() {
		v := drift(DivScalar(distance, -temperature), data, samples)
		v = Div(v, Sqrt(MaxScalar(ReduceAllMean(Square(v)), 1e-16)))
		if field == nil {
			field = v
		} else {
			field = Add(field, v)
		}
	}
	return field, unit
}

// drift builds V_τ·σ [n, dim] at n points, from the logarithms of the kernel K, [n, p+q], between
// the points and p positive points [p, dim], followed by q negative points [q, dim].
func drift(logits, positive, negative *Node) *Node {
	affinity := Sqrt(Mul(Softmax(logits, 0), Softmax(logits, 1)))
	p := positive.Shape().Dim(0)
	toPositive := Slice(affinity, AxisRange(), AxisRange(0, p))
	toNegative := Slice(affinity, AxisRange(), AxisRange(p))
	sum := func(affinity *Node) *Node { return ReduceAndKeep(affinity, ReduceSum, 1) }
	attraction := Mul(sum(toNegative), MatMul(toPositive, positive))
	return Sub(attraction, Mul(sum(toPositive), MatMul(toNegative, negative)))
}

// distances builds the Euclidean distances, [n, m], of the points x [n, dim] from y [m, dim].
func distances(x, y *Node) *Node {
	square := func(x *Node) *Node { return ReduceAndKeep(Square(x), ReduceSum, 1) }
	squares := Add(square(x), Transpose(square(y), 0, 1))
	squares = Sub(squares, MulScalar(MatMul(x, Transpose(y, 0, 1)), 2))
	return Sqrt(MaxScalar(squares, 1e-8)) // Rounding makes small squares negative.
}

// pairMask builds booleans [batch, 2·batch] that say which of the data (the first half) and of the
// samples act on a sample: those of its class, but not itself.
func pairMask(g *Graph, batch int, class *Node) *Node {
	isOther := LogicalNot(Diagonal(g, batch))
	if class == nil {
		return Concatenate([]*Node{OnesLike(isOther), isOther}, 1)
	}
	isSame := Equal(class, Transpose(class, 0, 1))
	return Concatenate([]*Node{isSame, LogicalAnd(isSame, isOther)}, 1)
}
