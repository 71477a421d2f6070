package meanflow

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Limits on the arguments of a model's methods. A larger number is a typing error.
const (
	maxCoordinates = 200_000_000 // Of all points together.
	maxSteps       = 1_000_000
)

// Sample generates n points [n][dim] from standard normal noise that the seed determines. It takes
// steps of equal length from the time 1 (noise) down to 0 (data):
//
//	x_r = x_t - (t - r)·u(x_t, t, r)
//
// In one step this is x_0 = x_1 - u(x_1, 1, 0). The number of steps, from 1 to 1,000,000, is the
// number of evaluations of the network, the NFE. A model of flow matching uses u(x_t, t, t), the
// velocity at t, which makes the step a forward Euler step. Sample processes some thousands of
// points at a time, so that its memory is little more than the points.
//
// Points are in the units of the training data (see [ScaledData]). More than one step is a
// [OneStepError] for a model of [Drifting].
func (m *Model) Sample(n, steps int, seed int64) ([][]float64, error) {
	if err := m.checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	points := m.noise(n, seed)
	if err := m.integrate(points, 0, steps, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Sample: %w", err)
	}
	return m.toUser(points), nil
}

// Trajectory generates n points as Sample does, and returns the points at all times,
// [steps+1][n][dim]. The first entry is the noise, in the units of the training data, the last what
// Sample returns.
func (m *Model) Trajectory(n, steps int, seed int64) ([][][]float64, error) {
	if err := m.checkSampling(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
	}
	if err := m.checkTrajectory(n, steps); err != nil {
		return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
	}
	points := m.noise(n, seed)
	trajectory := [][][]float64{m.toUser(points)}
	for i := range steps {
		if err := m.integrate(points, i, i+1, steps); err != nil {
			return nil, fmt.Errorf("meanflow: Trajectory: %w", err)
		}
		trajectory = append(trajectory, m.toUser(points))
	}
	return trajectory, nil
}

// AverageVelocity evaluates the network at points [n][dim]. It returns u(x, t, r), [n][dim], the
// average velocity over the times from r to t, with 0 <= r <= t <= 1. (The paper writes u(z, r,
// t).) For a model of flow matching, r must be t; for one of [Drifting], t must be 1 and r 0.
// Velocities are in the units of the training data per unit of time.
func (m *Model) AverageVelocity(points [][]float64, t, r float64) ([][]float64, error) {
	velocities, err := m.velocities(points, t, r)
	if err != nil {
		return nil, fmt.Errorf("meanflow: AverageVelocity: %w", err)
	}
	return velocities, nil
}

// Velocity evaluates the network at points [n][dim]. It returns the velocity v(x, t) = u(x, t, t),
// [n][dim], with 0 <= t <= 1. For a model of [Drifting] it returns a [OneStepError].
func (m *Model) Velocity(points [][]float64, t float64) ([][]float64, error) {
	velocities, err := m.velocities(points, t, t)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Velocity: %w", err)
	}
	return velocities, nil
}

func (m *Model) velocities(points [][]float64, t, r float64) ([][]float64, error) {
	if !(0 <= r && r <= t && t <= 1) {
		return nil, fmt.Errorf("t is %v and r is %v, they must be 0 <= r <= t <= 1", t, r)
	}
	if !m.PredictsAverage() && r != t {
		return nil, fmt.Errorf("t is %v and r is %v: a model of %s has only the velocity at t, so "+
			"r must be t", t, r, m.Objective())
	}
	if m.meta.OneStep && (t != 1 || r != 0) {
		return nil, m.oneStepError("t is %v and r is %v", t, r)
	}
	x, err := m.toNetwork("points", points)
	if err != nil {
		return nil, err
	}
	u := slices.Clone(x)
	if err := m.evaluate(u, t, r); err != nil {
		return nil, err
	}
	return m.velocitiesToUser(x, u, t, r), nil
}

func (m *Model) checkSampling(n, steps int) error {
	if most := maxCoordinates / m.Dim(); n < 1 || n > most {
		return fmt.Errorf("the number of points is %d, it must be from 1 to %d", n, most)
	}
	if steps < 1 || steps > maxSteps {
		return fmt.Errorf("the number of steps is %d, it must be from 1 to %d", steps, maxSteps)
	}
	if m.meta.OneStep && steps != 1 {
		return m.oneStepError("the number of steps is %d", steps)
	}
	return nil
}

// checkTrajectory returns an error if n points at the ends of the steps take too much memory.
func (m *Model) checkTrajectory(n, steps int) error {
	if most := maxCoordinates / m.Dim(); n > most/(steps+1) {
		return fmt.Errorf("%d points at %d times, there must be at most %d in total", n, steps+1,
			most)
	}
	return nil
}

// noise draws n standard normal points.
func (m *Model) noise(n int, seed int64) []float32 { return noise(seeded(seed), n*m.Dim()) }

// seeded returns Go's generator, so that a seed gives the same noise on every engine.
func seeded(seed int64) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 0)) }

// noise draws the next standard normal coordinates.
func noise(random *rand.Rand, coordinates int) []float32 {
	noise := make([]float32, coordinates)
	for i := range noise {
		noise[i] = float32(random.NormFloat64())
	}
	return noise
}

// Noise returns the n standard normal points [n][dim] from which [Model.Sample] starts for the same
// seed, on every engine and platform. [SampleOptions].Noise takes them. It returns an error if n or
// dim is below 1, or n·dim above 200 million.
func Noise(n, dim int, seed int64) ([][]float64, error) {
	if n < 1 || dim < 1 || n > maxCoordinates/dim {
		return nil, fmt.Errorf("meanflow: Noise: n is %d and dim is %d, they must be at least 1 "+
			"and n·dim at most %d", n, dim, maxCoordinates)
	}
	return rows(noise(seeded(seed), n*dim), dim), nil
}

// flat returns the coordinates of all points, one point after the other. The name of the points is
// for error messages.
func (m *Model) flat(name string, points [][]float64) ([]float32, error) {
	if len(points) == 0 {
		return nil, errors.New("there are no " + name)
	}
	flat := make([]float32, 0, len(points)*m.Dim())
	for i, point := range points {
		if len(point) != m.Dim() {
			return nil, fmt.Errorf("%s[%d] has %d coordinates, the model was trained with %d",
				name, i, len(point), m.Dim())
		}
		for j, coordinate := range point {
			if math.IsNaN(coordinate) || math.Abs(coordinate) > math.MaxFloat32 {
				return nil, fmt.Errorf("%s[%d][%d] is %v, it must be finite as a float32",
					name, i, j, coordinate)
			}
			flat = append(flat, float32(coordinate))
		}
	}
	return flat, nil
}

// rows is the inverse of flat.
func (m *Model) rows(flat []float32) [][]float64 { return rows(flat, m.Dim()) }

func rows(flat []float32, dim int) [][]float64 {
	coordinates := make([]float64, len(flat))
	for i, coordinate := range flat {
		coordinates[i] = float64(coordinate)
	}
	return slices.AppendSeq(make([][]float64, 0, len(flat)/dim), slices.Chunk(coordinates, dim))
}
