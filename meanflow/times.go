package meanflow

import (
	"fmt"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TimeSampler draws the times t and r of each example of a batch.
type TimeSampler struct {
	// Name identifies the sampler and its parameters. A checkpoint keeps it as part of the
	// objective, and resuming compares it.
	Name string
	// Draw builds t and r, [batch, 1] each, with 0 <= r <= t <= 1. Random numbers come from the
	// scope.
	Draw func(scope *model.Scope, g *Graph, batch int) (t, r *Node)
}

// UniformTimes draws two independent uniform times for each example: t is the larger, r the
// smaller.
func UniformTimes() TimeSampler { return OrderedTimes(Uniform(), Uniform()) }

// OrderedTimes draws a time from each of two distributions for each example: t is the larger, r the
// smaller.
func OrderedTimes(a, b TimeDistribution) TimeSampler {
	name := fmt.Sprintf("%s and %s in order", a.Name, b.Name)
	return TimeSampler{name, func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
		a, b := a.Draw(scope, g, batch), b.Draw(scope, g, batch)
		return Max(a, b), Min(a, b)
	}}
}

// EqualTimes draws t from a distribution and sets r = t, as flow matching does.
func EqualTimes(times TimeDistribution) TimeSampler {
	return TimeSampler{times.Name + " with r = t",
		func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
			t = times.Draw(scope, g, batch)
			return t, t
		}}
}

// TimesToZero draws t from a distribution and sets r = 0, which is the whole way to the data.
func TimesToZero(times TimeDistribution) TimeSampler {
	return TimeSampler{times.Name + " with r = 0",
		func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
			t = times.Draw(scope, g, batch)
			return t, ZerosLike(t)
		}}
}

// WithEqualTimes sets r = t in random examples, a share of them from 0 to 1. Its Draw panics if the
// share is out of range.
func WithEqualTimes(times TimeSampler, share float64) TimeSampler {
	if share == 0 {
		return times
	}
	name := fmt.Sprintf("%s, r = t for %v", times.Name, share)
	return TimeSampler{name, func(scope *model.Scope, g *Graph, batch int) (t, r *Node) {
		if !(share > 0 && share <= 1) {
			exceptions.Panicf("the share of examples with r = t is %v, it must be from 0 to 1",
				share)
		}
		t, r = times.Draw(scope, g, batch)
		isEqual := LessThan(random.Uniform(scope, g, batch, 1), ConstAs(t, share))
		return t, Where(isEqual, t, r)
	}}
}

// TimeDistribution draws one time for each example.
type TimeDistribution struct {
	// Name identifies the distribution and its parameters.
	Name string
	// Draw builds the times [batch, 1], from 0 to 1. Random numbers come from the scope.
	Draw func(scope *model.Scope, g *Graph, batch int) *Node
}

// Uniform draws times uniformly from [0, 1).
func Uniform() TimeDistribution {
	return TimeDistribution{"uniform", func(scope *model.Scope, g *Graph, batch int) *Node {
		return random.Uniform(scope, g, batch, 1)
	}}
}

// LogitNormal draws times whose log-odds, ln(t/(1-t)), are normal with the given mean and standard
// deviation, which must be above 0 (P. Esser et al., arXiv 2403.03206, section 3.1). MeanFlow's
// paper uses -0.4 and 1 for t and r.
func LogitNormal(mean, deviation float64) TimeDistribution {
	name := fmt.Sprintf("logit-normal(%v, %v)", mean, deviation)
	return TimeDistribution{name, func(scope *model.Scope, g *Graph, batch int) *Node {
		if !(deviation > 0) || math.IsInf(mean, 0) || math.IsNaN(mean) || math.IsInf(deviation, 0) {
			exceptions.Panicf("LogitNormal: the mean is %v and the deviation is %v: they must be "+
				"finite, and the deviation above 0", mean, deviation)
		}
		odds := AddScalar(MulScalar(random.Normal(scope, g, batch, 1), deviation), mean)
		return Sigmoid(odds)
	}}
}
