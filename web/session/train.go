package session

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Training says what to train on the session's data, and how.
type Training struct {
	Recipe    string // One of [Recipes].
	Steps     int    // From 1 to 100,000.
	BatchSize int    // From 2 to 4,096.
	Seed      int64
}

// Recipes are the names of the trainings: two of the tutorial, and [meanflow.Recommended].
var Recipes = []string{"flow matching", "mean flow", "recommended"}

// Progress is the state of a training.
type Progress struct {
	Step, Steps int
	Loss        float64       // The mean over the last steps.
	Elapsed     time.Duration // Of the training, without pauses.
	// Model is the model so far in the format safetensors, for [Session.Load]. It is nil if the
	// last one is less than modelEvery old.
	Model []byte
}

// The steps of an epoch, after which the page gets a word in, and the time between models.
const (
	stepsPerEpoch = 5
	modelEvery    = time.Second
)

// Train trains a model on the session's data. It calls report several times per second.
func (s *Session) Train(
	ctx context.Context, t Training, report func(Progress) error,
) (Progress, error) {
	config, err := s.config(t)
	if err != nil {
		return Progress{}, err
	}
	var elapsed time.Duration
	began, written := time.Now(), time.Time{}
	state := func(m *meanflow.Model) (Progress, error) {
		losses := m.Losses()
		p := Progress{
			Step: min(m.Epoch()*config.BatchesPerEpoch, t.Steps), Steps: t.Steps,
			Loss: losses[len(losses)-1], Elapsed: elapsed,
		}
		if time.Since(written) < modelEvery && m.Epoch() < config.Epochs {
			return p, nil
		}
		var content bytes.Buffer
		err := m.WriteSafetensors(&content)
		p.Model, written = content.Bytes(), time.Now()
		return p, err
	}
	config.OnEpoch = func(m *meanflow.Model) error {
		elapsed += time.Since(began)
		p, err := state(m)
		if err == nil {
			err = report(p)
		}
		began = time.Now() // What report takes may be a pause.
		return err
	}
	m, err := meanflow.Train(ctx, config)
	if err != nil {
		return Progress{}, err
	}
	return state(m)
}

// config returns the configuration of a training.
func (s *Session) config(t Training) (meanflow.Config, error) {
	if s.data == nil {
		return meanflow.Config{}, errNoData
	}
	if err := inRange("steps of training", t.Steps, 1, 100_000); err != nil {
		return meanflow.Config{}, err
	}
	if err := inRange("batch size", t.BatchSize, 2, 4096); err != nil {
		return meanflow.Config{}, err
	}
	if !slices.Contains(Recipes, t.Recipe) {
		return meanflow.Config{}, fmt.Errorf("the recipe is %q, it must be one of %q", t.Recipe,
			Recipes)
	}
	distribution := s.data.Distribution
	config := meanflow.Recommended(distribution)
	if t.Recipe != "recommended" {
		config = meanflow.Config{
			Data: distribution, Network: config.Network, Guidance: config.Guidance,
		}
		if t.Recipe == "flow matching" {
			config.Objective = meanflow.FlowMatching{}
		}
	}
	config.BatchesPerEpoch = min(stepsPerEpoch, t.Steps)
	config.Epochs = (t.Steps + config.BatchesPerEpoch - 1) / config.BatchesPerEpoch
	config.BatchSize, config.Seed, config.Backend = t.BatchSize, t.Seed, s.engine
	return config, nil
}
