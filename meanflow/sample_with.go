package meanflow

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// SampleOptions says how to go from noise to data. The zero value is one step of [Model.Sample].
type SampleOptions struct {
	// Times are the times to stop at, from 1 (noise) down to 0 (data); a single step if nil.
	// [UniformGrid] has times at equal distances.
	Times  []float64
	Solver Solver // Of each step.
	// Noise is the points at t = 1 to start from, [n][dim], instead of ones that the seed
	// determines.
	Noise [][]float64
	// Renoise goes from each time to the data, and from there back to the next time with new noise,
	// as consistency models do (Y. Song et al., arXiv 2303.01469, algorithm 1):
	//
	//	x_0 = x_t - t·u(x_t, t, 0),  x_r = (1 - r)·x_0 + r·noise
	//
	// The error of a step does not reach the next one. It needs average velocities, the solver
	// [Jump], and a model trained with independent noise: with another Coupling, points between
	// noise and data are distributed differently.
	Renoise bool
	// Class is the class to generate points of, from 1 to [Model.Classes], or 0 for points of all.
	Class int
	// Values are the condition values to generate points for, [Model.Values] of them, or nil for
	// points of all.
	Values []float64
	// Guidance is the scale ω of classifier-free guidance, above 0 and at most 20, 1 if 0: what
	// Config.Guidance is in training, for twice the evaluations. It guides velocities: those of
	// flow matching, or of a solver other than Jump. A model that was trained with a
	// Config.Guidance other than 1 is guided already.
	Guidance float64
	// OnStep, if it is set, is called after each step with the time and the points [n][dim] that it
	// reached. An error from it ends the sampling.
	OnStep func(time float64, points [][]float64) error
}

// UniformGrid has the times of so many steps of the same length: 1, 1 - 1/steps, …, 0.
func UniformGrid(steps int) []float64 {
	times := make([]float64, max(0, steps)+1)
	for i := range times {
		times[i] = 1 - float64(i)/float64(steps)
	}
	return times
}

// SampleWith generates n points [n][dim], from the same noise as [Model.Sample] does with the seed.
func (m *Model) SampleWith(options SampleOptions, n int, seed int64) ([][]float64, error) {
	if options.Times == nil {
		options.Times = UniformGrid(1)
	}
	points, err := m.sampleWith(options, n, seed)
	if err != nil {
		return nil, fmt.Errorf("meanflow: SampleWith: %w", err)
	}
	return m.rows(points), nil
}

func (m *Model) sampleWith(options SampleOptions, n int, seed int64) (points []float32, err error) {
	if err := m.checkSampling(n, max(1, len(options.Times)-1)); err != nil {
		return nil, err
	}
	for _, check := range []func(*Model) error{options.checkTimes, options.checkConditions,
		options.checkGuidance} {
		if err := check(m); err != nil {
			return nil, err
		}
	}
	if points, err = m.start(options, n, seed); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(uint64(seed), 1)) // Another stream than that of the first noise.
	for i, t := range options.Times[:len(options.Times)-1] {
		next := options.Times[i+1]
		to := next
		if options.Renoise {
			to = 0
		}
		if err := m.step(options, points, t, to); err != nil {
			return nil, err
		}
		if options.Renoise && next > 0 {
			for k, coordinate := range points {
				points[k] = float32((1-next)*float64(coordinate) + next*random.NormFloat64())
			}
		}
		if options.OnStep != nil {
			if err := options.OnStep(next, m.rows(points)); err != nil {
				return nil, fmt.Errorf("SampleOptions.OnStep at the time %v: %w", next, err)
			}
		}
	}
	return points, nil
}

// start is the noise to start from.
func (m *Model) start(options SampleOptions, n int, seed int64) ([]float32, error) {
	if options.Noise == nil {
		return m.noise(n, seed), nil
	}
	if len(options.Noise) != n {
		return nil, fmt.Errorf("SampleOptions.Noise has %d points, and n is %d: they must be equal",
			len(options.Noise), n)
	}
	return m.flat("SampleOptions.Noise", options.Noise)
}

// step takes points from t to r.
func (m *Model) step(options SampleOptions, points []float32, t, r float64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	step, err := m.solver(solving{options.Solver, options.isGuided()})
	if err != nil {
		return err
	}
	inputs := []any{float32(t), float32(r)}
	if m.meta.Guidance != 0 {
		values := make([]float32, m.sizeOfValues())
		for k, value := range options.Values {
			values[k] = float32(value)
		}
		isKnown := float32(0)
		if options.Class > 0 || options.Values != nil {
			isKnown = 1
		}
		inputs = append(inputs, int32(options.Class), values, isKnown, float32(options.Guidance))
	}
	return m.apply(step, points, inputs...)
}

// solver builds a step of points from t to r: x, t, r and, if the model has conditions, the class,
// the values, whether they are known, and the guidance.
func (m *Model) solver(key solving) (step *model.Exec, err error) {
	if step := m.compiled.solvers[key]; step != nil {
		return step, nil
	}
	step, err = m.newExec(func(in []*Node) *Node {
		u := Velocity(m.ofAll)
		if m.meta.Guidance != 0 {
			told := m.conditions(in[0].Shape().Dim(0), in[3], in[4])
			told.known = Mul(told.known, in[5])
			u = m.velocity(told)
			if key.isGuided {
				u = func(x, t, r *Node) *Node {
					return guided(m.velocity(told)(x, t, r),
						m.ofAll(x, t, r), in[6])
				}
			}
		}
		return key.solver.step(u, m.PredictsAverage(), in[0], in[1], in[2])
	})
	if err != nil {
		return nil, err
	}
	if m.compiled.solvers == nil {
		m.compiled.solvers = map[solving]*model.Exec{}
	}
	m.compiled.solvers[key] = step
	return step, nil
}

func (o SampleOptions) isGuided() bool { return o.Guidance != 0 && o.Guidance != 1 }

func (o SampleOptions) checkTimes(m *Model) error {
	if len(o.Times) < 2 || o.Times[0] != 1 || o.Times[len(o.Times)-1] != 0 {
		return errors.New("SampleOptions.Times must begin with 1 and end with 0")
	}
	for i, time := range o.Times[1:] {
		if !(time < o.Times[i]) {
			return fmt.Errorf("SampleOptions.Times[%d] is %v, after %v: each must be smaller "+
				"than the one before", i+1,
				time, o.Times[i])
		}
	}
	if o.Solver < 0 || o.Solver >= numSolvers {
		return fmt.Errorf("SampleOptions.Solver is %d, it must be Jump, Euler, Midpoint, Heun or "+
			"RK4", o.Solver)
	}
	if o.Renoise && (o.Solver != Jump || !m.PredictsAverage()) {
		return fmt.Errorf("SampleOptions.Renoise jumps from each time to 0: it needs a model of "+
			"average velocities, "+
			"this one is of %s, and the solver Jump", m.Objective())
	}
	return nil
}

func (o SampleOptions) checkConditions(m *Model) error {
	if o.Class < 0 || o.Class > m.Classes() {
		return fmt.Errorf("SampleOptions.Class is %d, the model has classes from 1 to %d, and 0 "+
			"for points of all",
			o.Class, m.Classes())
	}
	if o.Values != nil && len(o.Values) != m.Values() {
		return fmt.Errorf("SampleOptions.Values has %d values, the model has %d", len(o.Values),
			m.Values())
	}
	isBad := func(x float64) bool { return !(math.Abs(x) <= math.MaxFloat32) }
	if k := slices.IndexFunc(o.Values, isBad); k >= 0 {
		return fmt.Errorf("SampleOptions.Values[%d] is %v, it must be a finite number of "+
			"float32's range", k, o.Values[k])
	}
	if m.Classes() > 0 && m.Values() > 0 && (o.Class > 0) != (o.Values != nil) {
		return errors.New("the model knows classes together with values: set SampleOptions.Class " +
			"and Values, or neither")
	}
	return nil
}

func (o SampleOptions) checkGuidance(m *Model) error {
	if o.Guidance == 0 {
		return nil
	}
	if !(o.Guidance > 0 && o.Guidance <= maxGuidance) {
		return fmt.Errorf("SampleOptions.Guidance is %v, it must be above 0 and at most %d, or 0 "+
			"for none", o.Guidance,
			maxGuidance)
	}
	if o.Class == 0 && o.Values == nil {
		return fmt.Errorf("SampleOptions.Guidance is %v, without a Class or Values to guide to",
			o.Guidance)
	}
	if o.isGuided() && m.meta.Guidance != 1 {
		return fmt.Errorf("SampleOptions.Guidance is %v, and the model was trained with "+
			"Config.Guidance %v, so its "+
			"velocities are guided already", o.Guidance, m.meta.Guidance)
	}
	if o.Solver == Jump && m.PredictsAverage() {
		return errors.New("SampleOptions.Guidance guides velocities, and this model jumps along " +
			"average ones: choose " +
			"another Solver, or train with Config.Guidance")
	}
	return nil
}
