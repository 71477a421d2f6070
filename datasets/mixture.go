package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Mixture is a mixture of isotropic normal distributions, Σ w_k·N(μ_k, σ_k²·I), whose flow is known
// in closed form. [NewMixture] and [EightGaussians] make one.
type Mixture struct {
	name       string
	weights    []float64   // w [n], their sum is 1.
	means      [][]float64 // μ [n][dim].
	deviations []float64   // σ [n].
}

// NewMixture returns a mixture of n normal distributions with the given weights [n], means [n][dim]
// and standard deviations [n]. Weights and deviations must be finite and above 0; the weights are
// divided by their sum. The error names the value at fault.
func NewMixture(weights []float64, means [][]float64, deviations []float64) (Mixture, error) {
	if len(means) == 0 || len(weights) != len(means) || len(deviations) != len(means) {
		return Mixture{}, fmt.Errorf("datasets: NewMixture: %d weights, %d means and "+
			"%d deviations: the numbers must be equal, at least 1",
			len(weights), len(means), len(deviations))
	}
	var sum float64
	for k := range means {
		if len(means[k]) == 0 || len(means[k]) != len(means[0]) {
			return Mixture{}, fmt.Errorf("datasets: NewMixture: means[%d] has %d coordinates, "+
				"means[0] has %d: all must have the same number, at least 1",
				k, len(means[k]), len(means[0]))
		}
		for j, coordinate := range means[k] {
			if err := checkCoordinate(coordinate); err != nil {
				return Mixture{}, fmt.Errorf("datasets: NewMixture: means[%d][%d] %w", k, j, err)
			}
		}
		for _, number := range []struct {
			name  string
			value float64
		}{{"weights", weights[k]}, {"deviations", deviations[k]}} {
			if !(number.value > 0 && number.value <= math.MaxFloat32) {
				return Mixture{}, fmt.Errorf("datasets: NewMixture: %s[%d] is %v, "+
					"it must be above 0 and in the range of float32", number.name, k, number.value)
			}
		}
		sum += weights[k]
	}
	m := Mixture{name: "mixture"}
	for k := range means {
		m.weights = append(m.weights, weights[k]/sum)
		m.means = append(m.means, slices.Clone(means[k]))
		m.deviations = append(m.deviations, deviations[k])
	}
	return m, nil
}

// EightGaussians returns a mixture of eight normal distributions with equal weights and the
// standard deviation 0.15, whose means lie evenly on a circle of radius 1.5, counterclockwise from
// (1.5, 0).
func EightGaussians() Mixture {
	m := Mixture{name: "eight gaussians"}
	for k := range 8 {
		sin, cos := math.Sincos(float64(k) * math.Pi / 4)
		m.weights = append(m.weights, 1./8)
		m.means = append(m.means, []float64{1.5 * cos, 1.5 * sin})
		m.deviations = append(m.deviations, 0.15)
	}
	return m
}

// Name returns "mixture", or "eight gaussians" for [EightGaussians].
func (m Mixture) Name() string { return m.name }

// Dim returns the number of coordinates of a point; it is 0 for the zero value.
func (m Mixture) Dim() int {
	if len(m.means) == 0 {
		return 0
	}
	return len(m.means[0])
}

// Fingerprint returns "<name>, <n> × <dim>, sha256 <first 16 hex digits>": the hash of the weights
// divided by their sum, the means and the standard deviations, float64, little endian.
func (m Mixture) Fingerprint() string {
	return fmt.Sprintf("%s, %d × %d, sha256 %s", m.name, len(m.means), m.Dim(),
		digest(m.weights, slices.Concat(m.means...), m.deviations))
}

// Sample builds n points, float32 [n, Dim()]: it draws the component of each point, then the point.
func (m Mixture) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := m.SampleLabelled(scope, g, n)
	return points
}

// Classes returns the number of components: each is a class.
func (m Mixture) Classes() int { return len(m.means) }

// SampleLabelled builds the points of Sample, float32 [n, Dim()], and the number of each point's
// component, int32 [n, 1], from 1 to Classes().
func (m Mixture) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	choice := random.Uniform(scope, g, n, 1)
	center, deviation := constant(choice, m.means[0]), constant(choice, m.deviations[:1])
	classes = Ones(g, shapes.Make(dtypes.Int32, n, 1))
	below := 0.0
	for k := 1; k < len(m.means); k++ {
		below += m.weights[k-1]
		isLater := GreaterOrEqual(choice, ConstAs(choice, below))
		classes = Add(classes, ConvertDType(isLater, dtypes.Int32))
		center = Where(BroadcastToDims(isLater, n, m.Dim()),
			BroadcastToDims(constant(choice, m.means[k]), n, m.Dim()),
			BroadcastToDims(center, n, m.Dim()))
		deviation = Where(isLater,
			BroadcastToDims(constant(choice, m.deviations[k:k+1]), n, 1),
			BroadcastToDims(deviation, n, 1))
	}
	return Add(center, Mul(deviation, random.Normal(scope, g, n, m.Dim()))), classes
}

// constant builds a row of numbers [1, len(values)] with the data type of like.
func constant(like *Node, values []float64) *Node {
	return ConvertDType(Const(like.Graph(), [][]float64{values}), like.DType())
}

// Density returns the mixture's probability density Σ w_k·N(x; μ_k, σ_k²·I) at each of the points
// [n][dim], as [n]. The error names a point with another dimension or a coordinate that is not
// finite.
func (m Mixture) Density(points [][]float64) ([]float64, error) {
	if err := m.check(points); err != nil {
		return nil, fmt.Errorf("datasets: Mixture.Density: %w", err)
	}
	densities := make([]float64, len(points))
	for i, point := range points {
		for k := range m.means {
			logDensity := logNormalDensity(point, m.means[k], 1, m.deviations[k])
			densities[i] += m.weights[k] * math.Exp(logDensity)
		}
	}
	return densities, nil
}

// Velocity returns the velocity of the flow between the mixture (t = 0) and standard normal noise
// (t = 1) at each of the points [n][dim] and a time t in [0, 1], as [n][dim]. The flow is that of
// straight paths x_t = (1 - t)·data + t·noise between independent data and noise (Lipman et al.,
// "Flow Matching for Generative Modeling", 2023). At time t the component k is normal with mean (1
// - t)·μ_k and variance σ_kt² = (1 - t)²·σ_k² + t², so
//
//	v(x, t) = E[noise - data | x_t = x]
//	        = Σ p(k | x_t = x)·((t - (1 - t)·σ_k²)/σ_kt²·(x - (1 - t)·μ_k) - μ_k)
//
// The error names a point with another dimension, a coordinate that is not finite, or a t outside
// [0, 1].
func (m Mixture) Velocity(points [][]float64, t float64) ([][]float64, error) {
	return m.AverageVelocity(points, t, t, 1)
}

// AverageVelocity returns the mean of [Mixture.Velocity] over the path through each of the points
// x_t [n][dim] from time r to time t, as [n][dim]: what a MeanFlow network with independent pairs
// learns (Geng et al., "Mean Flows for One-step Generative Modeling", 2025, eq. 3),
//
//	u(x_t, t, r) = 1/(t - r)·∫_r^t v(x_s, s) ds = (x_t - x_r)/(t - r)
//
// with 0 ≤ r ≤ t ≤ 1; for r = t it is the velocity. It follows the path with the given number of
// Runge-Kutta steps of order 4, at least 1. The error names the argument at fault.
func (m Mixture) AverageVelocity(
	points [][]float64, t, r float64, steps int,
) ([][]float64, error) {
	if err := m.check(points); err != nil {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: %w", err)
	}
	if !(0 <= r && r <= t && t <= 1) {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: t is %v, r is %v, "+
			"they must satisfy 0 <= r <= t <= 1", t, r)
	}
	if steps < 1 {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: steps is %d, "+
			"it must be at least 1", steps)
	}
	velocities := make([][]float64, len(points))
	for i, point := range points {
		velocities[i] = m.averageVelocity(point, t, r, steps)
	}
	return velocities, nil
}

// check returns an error that names a point with another dimension or a coordinate that is not
// finite.
func (m Mixture) check(points [][]float64) error {
	for i, point := range points {
		if len(point) != m.Dim() {
			return fmt.Errorf("points[%d] has %d coordinates, it must have %d",
				i, len(point), m.Dim())
		}
		for j, coordinate := range point {
			if err := checkCoordinate(coordinate); err != nil {
				return fmt.Errorf("points[%d][%d] %w", i, j, err)
			}
		}
	}
	return nil
}

// velocity returns the velocity at one point [dim].
func (m Mixture) velocity(point []float64, t float64) []float64 {
	velocity := make([]float64, len(point))
	posterior := make([]float64, len(m.means)) // p(k | x_t = x)·const, first its logarithm.
	var sum float64
	// Relative to the most likely component, since far away all densities underflow to 0.
	best := math.Inf(-1)
	for k := range posterior {
		posterior[k] = math.Log(m.weights[k]) +
			logNormalDensity(point, m.means[k], 1-t, m.deviationAt(k, t))
		best = max(best, posterior[k])
	}
	for k := range posterior {
		posterior[k] = math.Exp(posterior[k] - best)
		sum += posterior[k]
	}
	for k, mean := range m.means {
		variance := m.deviationAt(k, t) * m.deviationAt(k, t)
		slope := (t - (1-t)*m.deviations[k]*m.deviations[k]) / variance
		for j := range velocity {
			velocity[j] += posterior[k] / sum * (slope*(point[j]-(1-t)*mean[j]) - mean[j])
		}
	}
	return velocity
}

// averageVelocity returns the average velocity at one point [dim].
func (m Mixture) averageVelocity(point []float64, t, r float64, steps int) []float64 {
	if r == t {
		return m.velocity(point, t)
	}
	x, h := slices.Clone(point), (r-t)/float64(steps)
	moved := func(slope []float64, by float64) []float64 {
		to := make([]float64, len(x))
		for j := range to {
			to[j] = x[j] + by*slope[j]
		}
		return to
	}
	for i := range steps {
		s := t + float64(i)*h
		k1 := m.velocity(x, s)
		k2 := m.velocity(moved(k1, h/2), s+h/2)
		k3 := m.velocity(moved(k2, h/2), s+h/2)
		k4 := m.velocity(moved(k3, h), s+h)
		for j := range x {
			x[j] += h / 6 * (k1[j] + 2*k2[j] + 2*k3[j] + k4[j])
		}
	}
	for j := range x {
		x[j] = (point[j] - x[j]) / (t - r)
	}
	return x
}

// deviationAt returns σ_kt, the standard deviation of component k at time t.
func (m Mixture) deviationAt(k int, t float64) float64 {
	return math.Hypot((1-t)*m.deviations[k], t)
}

// logNormalDensity returns the logarithm of N(point; scale·mean, deviation²·I).
func logNormalDensity(point, mean []float64, scale, deviation float64) float64 {
	logarithm := -float64(len(point)) * (math.Log(deviation) + math.Log(2*math.Pi)/2)
	for j := range point {
		distance := (point[j] - scale*mean[j]) / deviation
		logarithm -= distance * distance / 2
	}
	return logarithm
}

// checkCoordinate returns an error if a coordinate is not finite in float32; the caller names it.
func checkCoordinate(coordinate float64) error {
	if math.IsNaN(coordinate) || math.Abs(coordinate) > math.MaxFloat32 {
		return fmt.Errorf("is %v, it must be finite and in the range of float32", coordinate)
	}
	return nil
}
