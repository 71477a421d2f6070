package meanflow

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// SampleOptions says how to step from noise to data. The zero value is one step of [Model.Sample].
type SampleOptions struct {
	// Times are the ends of the steps, from 1 (noise) down to 0 (data). Nil stands for a single
	// step. [UniformGrid] returns times at equal distances.
	Times  []float64
	Solver Solver // Computes each step.
	// Noise are the points [n][dim] to start from, at the time 1, standard normal whatever the
	// units of the data. If it is nil, the seed determines them.
	Noise [][]float64
	// Renoise replaces each step from t to r by a step to the data and back to r with new noise, as
	// consistency models do (Y. Song et al., arXiv 2303.01469, algorithm 1):
	//
	//	x_0 = x_t - t·u(x_t, t, 0),  x_r = (1 - r)·x_0 + r·noise
	//
	// So errors do not accumulate over the steps. Renoise needs average velocities, the solver
	// [Jump], and a model trained with independent noise: with another Coupling, points between
	// noise and data have another distribution.
	Renoise bool
	// Class is the class to generate points of, from 1 to [Model.Classes]. 0 means unconditional.
	Class int
	// Values are the [Model.Values] condition values to generate points for, in the units of the
	// training data. Nil means unconditional.
	Values []float64
	// Guidance is the scale ω of classifier-free guidance towards Class and Values.
	//
	// A model that was trained with Config.MaxGuidance takes it as an input: it must lie between
	// Config.Guidance and Config.MaxGuidance, and 0 stands for Config.Guidance.
	//
	// For any other model it is above 0 and at most 20, and 0 stands for 1. It has the effect of
	// Config.Guidance, but takes twice as many evaluations of the network. It applies to velocities
	// only: to a model of flow matching, or with a solver other than Jump. A model that was trained
	// with a Config.Guidance other than 1 is already guided, and needs 0.
	Guidance float64
	// OnStep, if it is set, is called after each step with the time and the points [n][dim] that
	// the step reached. An error from OnStep ends the sampling.
	OnStep func(time float64, points [][]float64) error
}

// UniformGrid returns the ends of the given number of steps of equal length, at least 1: 1, 1 -
// 1/steps, …, 0.
func UniformGrid(steps int) []float64 {
	times := make([]float64, max(0, steps)+1)
	for i := range times {
		times[i] = 1 - float64(i)/float64(steps)
	}
	return times
}

// SampleWith generates n points [n][dim] with options. For the same seed it starts from the same
// noise as [Model.Sample]. A model of [Drifting] needs a single step with the solver [Jump]; the
// error for others is a [OneStepError].
func (m *Model) SampleWith(options SampleOptions, n int, seed int64) ([][]float64, error) {
	if options.Times == nil {
		options.Times = UniformGrid(1)
	}
	points, err := m.sampleWith(options, n, seed)
	if err != nil {
		return nil, fmt.Errorf("meanflow: SampleWith: %w", err)
	}
	return m.toUser(points), nil
}

// TrajectoryWith generates n points as SampleWith does, and returns the points at each of
// options.Times, [len(Times)][n][dim]. The first entry is the noise, in the units of the training
// data, the last what SampleWith returns.
func (m *Model) TrajectoryWith(
	options SampleOptions, n int, seed int64,
) ([][][]float64, error) {
	trajectory, err := m.trajectoryWith(options, n, seed)
	if err != nil {
		return nil, fmt.Errorf("meanflow: TrajectoryWith: %w", err)
	}
	return trajectory, nil
}

func (m *Model) trajectoryWith(
	options SampleOptions, n int, seed int64,
) ([][][]float64, error) {
	if options.Times == nil {
		options.Times = UniformGrid(1)
	}
	steps := max(1, len(options.Times)-1)
	if err := m.checkSampling(n, steps); err != nil {
		return nil, err
	}
	if err := m.checkTrajectory(n, steps); err != nil {
		return nil, err
	}
	noise, err := m.start(options, n, seed)
	if err != nil {
		return nil, err
	}
	trajectory := [][][]float64{m.toUser(noise)}
	onStep := options.OnStep
	options.OnStep = func(time float64, points [][]float64) error {
		trajectory = append(trajectory, points)
		if onStep == nil {
			return nil
		}
		return onStep(time, points)
	}
	if _, err := m.sampleWith(options, n, seed); err != nil {
		return nil, err
	}
	return trajectory, nil
}

func (m *Model) sampleWith(options SampleOptions, n int, seed int64) (points []float32, err error) {
	if err := m.checkSampling(n, max(1, len(options.Times)-1)); err != nil {
		return nil, err
	}
	for _, check := range []func(*Model) error{
		options.checkTimes, options.checkConditions, options.checkGuidance,
	} {
		if err := check(m); err != nil {
			return nil, err
		}
	}
	if options.Values, err = m.valuesToNetwork(options.Values); err != nil {
		return nil, err
	}
	if points, err = m.start(options, n, seed); err != nil {
		return nil, err
	}
	random := rand.New(rand.NewPCG(uint64(seed), 1)) // A stream independent of the first noise.
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
			if err := options.OnStep(next, m.toUser(points)); err != nil {
				return nil, fmt.Errorf("SampleOptions.OnStep at the time %v: %w", next, err)
			}
		}
	}
	return points, nil
}

// start returns the noise to start from, [n][dim] flat.
func (m *Model) start(options SampleOptions, n int, seed int64) ([]float32, error) {
	if options.Noise == nil {
		return m.noise(n, seed), nil
	}
	if len(options.Noise) != n {
		return nil, fmt.Errorf("SampleOptions.Noise has %d points, but n is %d: they must be equal",
			len(options.Noise), n)
	}
	return m.flat("SampleOptions.Noise", options.Noise)
}

// step replaces points at the time t by points at the time r.
func (m *Model) step(options SampleOptions, points []float32, t, r float64) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	guidesTwice := options.isGuided() && m.meta.MaxGuidance == 0
	step, err := m.solver(solverKey{options.Solver, guidesTwice})
	if err != nil {
		return err
	}
	inputs := []any{float32(t), float32(r)}
	if m.meta.Guidance != 0 {
		values := make([]float32, m.valuesLength())
		for k, value := range options.Values {
			values[k] = float32(value)
		}
		isKnown, guidance := float32(0), float32(1)
		if options.isConditioned() {
			isKnown, guidance = 1, float32(cmp.Or(options.Guidance, m.meta.Guidance))
		}
		inputs = append(inputs, int32(options.Class), values, isKnown, guidance)
	}
	return m.apply(step, points, inputs...)
}

// solver returns the graph of a step, compiled or new. Its inputs are x, t, r and, if the model has
// conditions, the class, the condition values, 1 or 0 for whether they are known, and the guidance.
func (m *Model) solver(key solverKey) (step *model.Exec, err error) {
	if step := m.compiled.solvers[key]; step != nil {
		return step, nil
	}
	step, err = m.newExec(func(in []*Node) *Node {
		u := Velocity(m.unconditional)
		if m.meta.Guidance != 0 {
			given := m.conditions(in[0].Shape().Dim(0), in[3], in[4], in[6])
			given.known = Mul(given.known, in[5])
			u = m.velocity(given)
			if key.guidesTwice {
				u = func(x, t, r *Node) *Node {
					return guided(m.velocity(given)(x, t, r), m.unconditional(x, t, r), in[6])
				}
			}
		}
		return key.solver.step(u, m.PredictsAverage(), in[0], in[1], in[2])
	})
	if err != nil {
		return nil, err
	}
	if m.compiled.solvers == nil {
		m.compiled.solvers = map[solverKey]*model.Exec{}
	}
	m.compiled.solvers[key] = step
	return step, nil
}

func (o SampleOptions) isConditioned() bool { return o.Class > 0 || o.Values != nil }

func (o SampleOptions) isGuided() bool { return o.Guidance != 0 && o.Guidance != 1 }

func (o SampleOptions) checkTimes(m *Model) error {
	if len(o.Times) < 2 || o.Times[0] != 1 || o.Times[len(o.Times)-1] != 0 {
		return errors.New("SampleOptions.Times must begin with 1 and end with 0")
	}
	for i, time := range o.Times[1:] {
		if !(time < o.Times[i]) {
			return fmt.Errorf("SampleOptions.Times[%d] is %v, after %v: each time must be smaller "+
				"than the one before", i+1, time, o.Times[i])
		}
	}
	if o.Solver < 0 || o.Solver >= numSolvers {
		return fmt.Errorf("SampleOptions.Solver is %d, it must be Jump, Euler, Midpoint, Heun or "+
			"RK4", o.Solver)
	}
	if m.meta.OneStep && o.Solver != Jump {
		return m.oneStepError("SampleOptions.Solver is not Jump")
	}
	if o.Renoise && (o.Solver != Jump || !m.PredictsAverage()) {
		return fmt.Errorf("SampleOptions.Renoise jumps from each time to 0: it needs the solver "+
			"Jump and a model of average velocities, not of %s", m.Objective())
	}
	return nil
}

func (o SampleOptions) checkConditions(m *Model) error {
	if isGiven := o.Class != 0 || o.Values != nil; isGiven && m.meta.Guidance == 0 {
		return fmt.Errorf("SampleOptions.Class is %d and Values has %d values, but the model "+
			"was trained without conditions: train with Config.Guidance", o.Class, len(o.Values))
	}
	if o.Class < 0 || o.Class > m.Classes() {
		return fmt.Errorf("SampleOptions.Class is %d, it must be from 1 to %d, or 0 for "+
			"unconditional samples", o.Class, m.Classes())
	}
	if o.Values != nil && len(o.Values) != m.Values() {
		return fmt.Errorf("SampleOptions.Values has %d values, the model has %d",
			len(o.Values), m.Values())
	}
	if m.Classes() > 0 && m.Values() > 0 && (o.Class > 0) != (o.Values != nil) {
		return errors.New("the model has classes together with condition values: set " +
			"SampleOptions.Class and Values, or neither")
	}
	return nil
}

func (o SampleOptions) checkGuidance(m *Model) error {
	lowest, highest := m.Guidance()
	isInRange := lowest <= o.Guidance && o.Guidance <= highest // NaN is not.
	if m.meta.MaxGuidance != 0 && o.isConditioned() && o.Guidance != 0 && !isInRange {
		return fmt.Errorf("SampleOptions.Guidance is %v, but the model was trained for %v to %v: "+
			"it must be in this range, or 0 for %[2]v", o.Guidance, lowest, highest)
	}
	if !o.isGuided() { // NaN is guided, and refused.
		return nil
	}
	if !(o.Guidance > 0 && o.Guidance <= maxGuidance) {
		return fmt.Errorf("SampleOptions.Guidance is %v, it must be above 0 and at most %d, or 0 "+
			"for none", o.Guidance, maxGuidance)
	}
	if !o.isConditioned() {
		return fmt.Errorf("SampleOptions.Guidance is %v, without a Class or Values to guide to: "+
			"set one of them", o.Guidance)
	}
	if m.meta.MaxGuidance != 0 {
		return nil
	}
	if m.meta.Guidance != 1 {
		return fmt.Errorf("SampleOptions.Guidance is %v, but the model was trained with "+
			"Config.Guidance %v, so its velocities are already guided", o.Guidance, m.meta.Guidance)
	}
	if o.Solver == Jump && m.PredictsAverage() {
		return errors.New("SampleOptions.Guidance guides velocities, but this model jumps along " +
			"average ones: choose another Solver, or train with Config.MaxGuidance")
	}
	return nil
}
