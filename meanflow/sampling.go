package meanflow

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Sampling says how to go from noise to data, in other ways than [Model.Sample] does.
type Sampling struct {
	// Times are those to stop at, from 1 (noise) down to 0 (data). [EvenTimes] has some at equal distances.
	Times  []float64
	Method Method // Of a step, that of Model.Sample if it is the zero value.
	// Renoise goes from each time to the data, and from there back to the next time with new noise, as consistency models
	// do (Y. Song et al., arXiv 2303.01469, algorithm 1):
	//
	//	x_0 = x_t - t·u(x_t, t, 0),  x_r = (1 - r)·x_0 + r·noise
	//
	// What a step gets wrong the next one does not start from. It is for average velocities and the zero Method, and for models
	// trained with independent noise: with a Coupling the points between noise and data are others.
	Renoise bool
	// Class is the class to generate points of, from 1 up to [Model.Classes], or 0 for points of all.
	Class int
	// Guidance is ω of classifier-free guidance with the velocities of the class and of all points, 1 if 0: what
	// Config.Guidance is in training, for twice the evaluations. It is for velocities: those of flow matching, or by a Method.
	Guidance float64
	// Each, if there is one, is called after each step with the time and the points [n][dim] that it reached. An error
	// from it ends the sampling.
	Each func(time float64, points [][]float64) error
}

// EvenTimes are so many steps of the same length: 1, 1 - 1/steps, …, 0.
func EvenTimes(steps int) []float64 {
	times := make([]float64, max(0, steps)+1)
	for i := range times {
		times[i] = 1 - float64(i)/float64(steps)
	}
	return times
}

// SampleBy generates n points [n][dim], from the same noise as Sample does with the seed.
func (m *Model) SampleBy(sampling Sampling, n int, seed int64) ([][]float64, error) {
	points, err := m.sampleBy(sampling, n, seed)
	if err != nil {
		return nil, fmt.Errorf("meanflow: SampleBy: %w", err)
	}
	return m.rows(points), nil
}

func (m *Model) sampleBy(sampling Sampling, n int, seed int64) ([]float32, error) {
	if err := m.checkSampling(n, max(1, len(sampling.Times)-1)); err != nil {
		return nil, err
	}
	if err := sampling.validate(m); err != nil {
		return nil, err
	}
	step, err := model.NewExec(m.engine, m.store, func(_ *model.Scope, x, t, r *Node) *Node {
		return sampling.Method.step(sampling.velocity(m), m.Average(), x, t, r)
	})
	if err != nil {
		return nil, err
	}
	defer step.Finalize()
	step.SetMaxCache(-1)
	points := m.noise(n, seed)
	random := rand.New(rand.NewPCG(uint64(seed), 1)) // Another stream than that of the first noise.
	for i, t := range sampling.Times[:len(sampling.Times)-1] {
		next := sampling.Times[i+1]
		to := next
		if sampling.Renoise {
			to = 0
		}
		if err := m.move(points, step, t, to); err != nil {
			return nil, err
		}
		if sampling.Renoise && next > 0 {
			for k, coordinate := range points {
				points[k] = float32((1-next)*float64(coordinate) + next*random.NormFloat64())
			}
		}
		if sampling.Each != nil {
			if err := sampling.Each(next, m.rows(points)); err != nil {
				return nil, fmt.Errorf("Sampling.Each at the time %v: %w", next, err)
			}
		}
	}
	return points, nil
}

// move takes points from t to r by a step.
func (m *Model) move(points []float32, step *model.Exec, t, r float64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.apply(step, points, t, r)
}

// velocity is what to follow, at points [n, dim] and scalar times.
func (s Sampling) velocity(m *Model) Velocity {
	if s.Guidance == 0 || s.Guidance == 1 {
		return m.ofClass(s.Class)
	}
	return func(x, t, r *Node) *Node { return guided(m.ofClass(s.Class)(x, t, r), m.velocity(x, t, r), s.Guidance) }
}

func (s Sampling) validate(m *Model) error {
	if len(s.Times) < 2 || s.Times[0] != 1 || s.Times[len(s.Times)-1] != 0 {
		return errors.New("Sampling.Times must begin with 1 and end with 0")
	}
	for i, time := range s.Times[1:] {
		if !(time < s.Times[i]) {
			return fmt.Errorf("Sampling.Times[%d] is %v, after %v: each must be smaller than the one before", i+1, time, s.Times[i])
		}
	}
	if s.Renoise && (s.Method != Method{} || !m.Average()) {
		return fmt.Errorf("Sampling.Renoise goes from each time to 0 at once: it wants a model of average velocities, this one is of %s, and the zero Sampling.Method", m.Objective())
	}
	if s.Class < 0 || s.Class > m.Classes() {
		return fmt.Errorf("Sampling.Class is %d, it must be from 1 to the model's number of classes, which is %d, or 0 for points of all", s.Class, m.Classes())
	}
	if s.Guidance != 0 {
		if !(s.Guidance > 0 && s.Guidance <= math.MaxFloat32) {
			return fmt.Errorf("Sampling.Guidance is %v, it must be above 0 and finite, or 0 for none", s.Guidance)
		}
		if s.Class == 0 {
			return fmt.Errorf("Sampling.Guidance is %v, without a Sampling.Class to guide to", s.Guidance)
		}
		if s.Method == (Method{}) && m.Average() {
			return errors.New("Sampling.Guidance is for velocities, and this model jumps along average ones: choose a Sampling.Method, or train with Config.Guidance")
		}
	}
	return nil
}
