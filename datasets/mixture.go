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

// Mixture is a mixture of normal distributions, each with one standard deviation in all directions: a distribution whose
// flow is known in closed form. [NewMixture] makes one, and [EightGaussians] is one.
type Mixture struct {
	name       string
	weights    []float64 // They add up to 1.
	means      [][]float64
	deviations []float64
}

// NewMixture makes a mixture of normal distributions with the given weights (above 0, in any unit), means [n][dim] and
// standard deviations (above 0). The error names the component that is wrong.
func NewMixture(weights []float64, means [][]float64, deviations []float64) (Mixture, error) {
	if len(means) == 0 || len(weights) != len(means) || len(deviations) != len(means) {
		return Mixture{}, fmt.Errorf("datasets: NewMixture: %d weights, %d means and %d deviations: there must be as many of each, and at least one", len(weights), len(means), len(deviations))
	}
	var sum float64
	for k := range means {
		if len(means[k]) == 0 || len(means[k]) != len(means[0]) {
			return Mixture{}, fmt.Errorf("datasets: NewMixture: means[%d] has %d coordinates, means[0] has %d: all must have as many, and at least one", k, len(means[k]), len(means[0]))
		}
		for j, coordinate := range means[k] {
			if err := checkCoordinate(coordinate); err != nil {
				return Mixture{}, fmt.Errorf("datasets: NewMixture: means[%d][%d] %w", k, j, err)
			}
		}
		for _, number := range []struct {
			name string
			is   float64
		}{{"weights", weights[k]}, {"deviations", deviations[k]}} {
			if !(number.is > 0 && number.is <= math.MaxFloat32) {
				return Mixture{}, fmt.Errorf("datasets: NewMixture: %s[%d] is %v, it must be above 0 and finite", number.name, k, number.is)
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

// EightGaussians is a mixture of eight, of the standard deviation 0.15, at equal distances on a circle of radius 1.5.
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

func (m Mixture) Name() string { return m.name }

// Dim is the number of coordinates of a point, 0 of a mixture of nothing.
func (m Mixture) Dim() int {
	if len(m.means) == 0 {
		return 0
	}
	return len(m.means[0])
}

// Sample chooses a component for each point, and a point of it.
func (m Mixture) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := m.SampleLabelled(scope, g, n)
	return points
}

// Classes is the number of components.
func (m Mixture) Classes() int { return len(m.means) }

// SampleLabelled builds the number of each point's component, from 1, besides the points.
func (m Mixture) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	choice := random.Uniform(scope, g, n, 1)
	center, deviation := constant(choice, m.means[0]), constant(choice, m.deviations[:1])
	classes = Ones(g, shapes.Make(dtypes.Int32, n, 1))
	below := 0.0
	for k := 1; k < len(m.means); k++ {
		below += m.weights[k-1]
		isLater := GreaterOrEqual(choice, ConstAs(choice, below))
		classes = Add(classes, ConvertDType(isLater, dtypes.Int32))
		center = Where(BroadcastToDims(isLater, n, m.Dim()), BroadcastToDims(constant(choice, m.means[k]), n, m.Dim()), BroadcastToDims(center, n, m.Dim()))
		deviation = Where(isLater, BroadcastToDims(constant(choice, m.deviations[k:k+1]), n, 1), BroadcastToDims(deviation, n, 1))
	}
	return Add(center, Mul(deviation, random.Normal(scope, g, n, m.Dim()))), classes
}

// constant is a row of numbers, [1, len(values)].
func constant(like *Node, values []float64) *Node {
	return ConvertDType(Const(like.Graph(), [][]float64{values}), like.DType())
}

// Density is that of the mixture at each of the points [n][dim].
func (m Mixture) Density(points [][]float64) ([]float64, error) {
	if err := m.check(points); err != nil {
		return nil, fmt.Errorf("datasets: Mixture.Density: %w", err)
	}
	densities := make([]float64, len(points))
	for i, point := range points {
		for k := range m.means {
			densities[i] += m.weights[k] * math.Exp(logNormalDensity(point, m.means[k], 1, m.deviations[k]))
		}
	}
	return densities, nil
}

// Velocity is that of the flow between standard normal noise (t = 1) and the mixture (t = 0), for straight lines between
// independent pairs, at each of the points [n][dim] and a time from 0 to 1. Of a component the points at t are normal with the
// mean (1 - t)·μ and the variance σ_t² = (1 - t)²·σ² + t², and the components mix as is likely at the point:
//
//	v(x, t) = E[noise - data | x_t = x] = Σ p(k | x)·((t - (1 - t)·σ_k²)/σ_t²·(x - (1 - t)·μ_k) - μ_k)
func (m Mixture) Velocity(points [][]float64, t float64) ([][]float64, error) {
	return m.AverageVelocity(points, t, t, 1)
}

// AverageVelocity is (x_t - x_r)/(t - r) for the flow of Velocity, from each of the points x_t [n][dim] at a time t to an
// earlier time r: what a network learns by MeanFlow with independent pairs. It follows the velocity by so many
// Runge-Kutta steps of order 4. With r = t it is the velocity.
func (m Mixture) AverageVelocity(points [][]float64, t, r float64, steps int) ([][]float64, error) {
	if err := m.check(points); err != nil {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: %w", err)
	}
	if !(0 <= r && r <= t && t <= 1) {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: t is %v, r is %v: it must be that 0 <= r <= t <= 1", t, r)
	}
	if steps < 1 {
		return nil, fmt.Errorf("datasets: Mixture.AverageVelocity: the number of steps is %d, it must be at least 1", steps)
	}
	velocities := make([][]float64, len(points))
	for i, point := range points {
		velocities[i] = m.averageVelocity(point, t, r, steps)
	}
	return velocities, nil
}

// check says which point is not one of the mixture's.
func (m Mixture) check(points [][]float64) error {
	for i, point := range points {
		if len(point) != m.Dim() {
			return fmt.Errorf("points[%d] has %d coordinates, the mixture %d", i, len(point), m.Dim())
		}
		for j, coordinate := range point {
			if err := checkCoordinate(coordinate); err != nil {
				return fmt.Errorf("points[%d][%d] %w", i, j, err)
			}
		}
	}
	return nil
}

func (m Mixture) velocity(point []float64, t float64) []float64 {
	velocity := make([]float64, len(point))
	likely := make([]float64, len(m.means))
	var all float64
	// Relative to the likeliest one, since far away all densities are 0 in floating point.
	best := math.Inf(-1)
	for k := range likely {
		likely[k] = math.Log(m.weights[k]) + logNormalDensity(point, m.means[k], 1-t, m.deviationAt(k, t))
		best = max(best, likely[k])
	}
	for k := range likely {
		likely[k] = math.Exp(likely[k] - best)
		all += likely[k]
	}
	for k, mean := range m.means {
		variance := m.deviationAt(k, t) * m.deviationAt(k, t)
		slope := (t - (1-t)*m.deviations[k]*m.deviations[k]) / variance
		for j := range velocity {
			velocity[j] += likely[k] / all * (slope*(point[j]-(1-t)*mean[j]) - mean[j])
		}
	}
	return velocity
}

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
		time := t + float64(i)*h
		k1 := m.velocity(x, time)
		k2 := m.velocity(moved(k1, h/2), time+h/2)
		k3 := m.velocity(moved(k2, h/2), time+h/2)
		k4 := m.velocity(moved(k3, h), time+h)
		for j := range x {
			x[j] += h / 6 * (k1[j] + 2*k2[j] + 2*k3[j] + k4[j])
		}
	}
	for j := range x {
		x[j] = (point[j] - x[j]) / (t - r)
	}
	return x
}

// deviationAt is σ_t of a component.
func (m Mixture) deviationAt(k int, t float64) float64 { return math.Hypot((1-t)*m.deviations[k], t) }

// logNormalDensity is the logarithm of the density of the normal distribution around scale·mean.
func logNormalDensity(point, mean []float64, scale, deviation float64) float64 {
	logarithm := -float64(len(point)) * (math.Log(deviation) + math.Log(2*math.Pi)/2)
	for j := range point {
		distance := (point[j] - scale*mean[j]) / deviation
		logarithm -= distance * distance / 2
	}
	return logarithm
}
