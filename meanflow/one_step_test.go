package meanflow_test

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// A model whose training drew only t = 1 and r = 0 generates in one step. Everything else is a
// OneStepError, also after Save and Load, and Train does not warn about the times.
func TestOnlyOneStep(t *testing.T) {
	noise := meanflow.TimeDistribution{
		Name: "1", Draw: func(_ *model.Scope, g *Graph, batch int) *Node {
			return Ones(g, shapes.Make(dtypes.Float32, batch, 1))
		},
	}
	toZero := meanflow.MeanFlow{Times: meanflow.TimesToZero(noise)}
	for _, objective := range []meanflow.Objective{meanflow.Drifting{}, toZero} {
		config := small(enginetest.PureGo(t))
		config.Objective, config.Epochs, config.CheckpointDir = objective, 1, t.TempDir()
		var trained *meanflow.Model
		if text := withStandardError(t, func() { trained = train(t, config) }); text != "" {
			t.Errorf("%s: Train warns: %s", objective.Name(), text)
		}
		saved := filepath.Join(t.TempDir(), "model")
		if err := trained.Save(saved); err != nil {
			t.Fatal(err)
		}
		for _, dir := range []string{"", saved, config.CheckpointDir} {
			m := trained
			if dir != "" {
				var err error
				options := meanflow.LoadOptions{Backend: config.Backend}
				if m, err = meanflow.LoadWith(dir, options); err != nil {
					t.Fatal(err)
				}
			}
			checkOneStep(t, m)
		}
	}
}

// checkOneStep checks what a model returns that knows only one step.
func checkOneStep(t *testing.T, m *meanflow.Model) {
	t.Helper()
	points := [][]float64{{0.1, 0.2}}
	sampleWith := func(options meanflow.SampleOptions) error {
		_, err := m.SampleWith(options, 1, 1)
		return err
	}
	sample := func(steps int) error {
		_, err := m.Sample(1, steps, 1)
		return err
	}
	trajectory := func(steps int) error {
		_, err := m.Trajectory(1, steps, 1)
		return err
	}
	average := func(at, from float64) error {
		_, err := m.AverageVelocity(points, at, from)
		return err
	}
	_, velocity := m.Velocity(points, 1)
	_, likelihood := m.LogLikelihood(points, 1)
	for what, err := range map[string]error{
		"Sample in one step":     sample(1),
		"Trajectory in one step": trajectory(1),
		"SampleWith":             sampleWith(meanflow.SampleOptions{}),
		"SampleWith Renoise":     sampleWith(meanflow.SampleOptions{Renoise: true}),
		"AverageVelocity(1, 0)":  average(1, 0),
	} {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, err := range map[string]error{
		"Sample in two steps":     sample(2),
		"Trajectory in two steps": trajectory(2),
		"SampleWith two steps":    sampleWith(meanflow.SampleOptions{Times: []float64{1, 0.5, 0}}),
		"SampleWith Euler":        sampleWith(meanflow.SampleOptions{Solver: meanflow.Euler}),
		"AverageVelocity(.5, 0)":  average(0.5, 0),
		"AverageVelocity(1, .5)":  average(1, 0.5),
		"Velocity(1)":             velocity,
		"LogLikelihood":           likelihood,
	} {
		var oneStep *meanflow.OneStepError
		if !errors.As(err, &oneStep) || oneStep.Objective != m.Objective() {
			t.Errorf("%s: got the error %v, want a OneStepError", what, err)
		}
	}
}
