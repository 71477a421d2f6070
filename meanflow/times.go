package meanflow

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TimeSampler draws the times of a batch: t and r are [batch, 1] with 0 <= r <= t <= 1.
type TimeSampler func(scope *model.Scope, g *Graph, batch int) (t, r *Node)

// UniformTimes draws two independent uniform times an example: t is the larger, r the smaller.
func UniformTimes(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
	return OrderedTimes(Uniform, Uniform)(scope, g, batch)
}

// UniformTime draws one uniform time an example: t, and r = t. It is what flow matching trains with.
func UniformTime(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
	t = Uniform(scope, g, batch)
	return t, t
}

// OrderedTimes draws a time from each of two distributions for an example: t is the larger, r the smaller.
func OrderedTimes(a, b TimeDistribution) TimeSampler {
	return func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
		a, b := a(scope, g, batch), b(scope, g, batch)
		return Max(a, b), Min(a, b)
	}
}

// ToData draws t from a distribution, and r = 0: all of the way to the data.
func ToData(times TimeDistribution) TimeSampler {
	return func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
		t = times(scope, g, batch)
		return t, ZerosLike(t)
	}
}

// WithEqualTimes makes r = t in a share of the examples, from 0 to 1, that are drawn at random.
func WithEqualTimes(times TimeSampler, share float64) TimeSampler {
	if share == 0 {
		return times
	}
	return func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
		if !(share > 0 && share <= 1) {
			exceptions.Panicf("the share of equal times is %v, it must be from 0 to 1", share)
		}
		t, r = times(scope, g, batch)
		isEqual := LessThan(random.Uniform(scope, g, batch, 1), ConstAs(t, share))
		return t, Where(isEqual, t, r)
	}
}

// TimeDistribution draws a time for each example, [batch, 1], from 0 to 1.
type TimeDistribution func(scope *model.Scope, g *Graph, batch int) *Node

// Uniform draws all times alike.
func Uniform(scope *model.Scope, g *Graph, batch int) *Node {
	return random.Uniform(scope, g, batch, 1)
}

// LogitNormal draws times whose logarithm of the odds, ln(t/(1-t)), is normal with this mean and standard deviation (P.
// Esser et al., arXiv 2403.03206, section 3.1). MeanFlow's paper has -0.4 and 1 for both of its times.
func LogitNormal(mean, deviation float64) TimeDistribution {
	return func(scope *model.Scope, g *Graph, batch int) *Node {
		if !(deviation > 0) || math.IsInf(mean, 0) || math.IsNaN(mean) || math.IsInf(deviation, 0) {
			exceptions.Panicf("LogitNormal: the mean is %v and the deviation %v: they must be finite, and the deviation above 0", mean, deviation)
		}
		odds := AddScalar(MulScalar(random.Normal(scope, g, batch, 1), deviation), mean)
		return Sigmoid(odds)
	}
}
