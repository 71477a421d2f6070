package meanflow

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Train trains a model as the configuration says. It checks the configuration and writes the first
// checkpoint before it trains, so a mistake there costs no training. It stops after the running batch
// when ctx ends, and when the loss is no longer a number; the error then names the last checkpoint.
//
// The same configuration on the same engine gives the same model, to the last bit.
func Train(ctx context.Context, config Config) (*Model, error) {
	m, err := train(ctx, config.withDefaults())
	if err != nil {
		return nil, fmt.Errorf("meanflow: Train: %w", err)
	}
	return m, nil
}

func train(ctx context.Context, config Config) (*Model, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	m, checkpointed, err := begin(config)
	if err != nil {
		return nil, err
	}
	steps, err := m.newTrainingSteps(config)
	if err != nil {
		return nil, err
	}
	defer steps.Finalize()
	progress := newProgress(config.Progress, config.Epochs, m.about.Epoch)
	defer progress.end()
	for m.about.Epoch < config.Epochs {
		var sum float64
		for done := 0; done < config.BatchesPerEpoch; {
			losses, err := steps.run(ctx, config.BatchesPerEpoch-done)
			for _, loss := range losses {
				if math.IsNaN(loss) || math.IsInf(loss, 0) {
					err = fmt.Errorf("the loss is %v: the training diverged, a smaller learning rate may help", loss)
					break
				}
				sum += loss
				done++
			}
			if err != nil {
				return nil, fmt.Errorf("epoch %d, batch %d: %w%s", m.about.Epoch+1, done+1, err, keptIn(checkpointed))
			}
		}
		m.about.Epoch++
		m.about.Losses = append(m.about.Losses, sum/float64(config.BatchesPerEpoch))
		progress.epoch(m.about.Epoch, sum/float64(config.BatchesPerEpoch))
		if config.Dir != "" && (m.about.Epoch%config.CheckpointEvery == 0 || m.about.Epoch == config.Epochs) {
			path, err := m.save(config.Dir)
			if err != nil {
				return nil, fmt.Errorf("epoch %d: writing a checkpoint: %w%s", m.about.Epoch, err, keptIn(checkpointed))
			}
			checkpointed = path
			progress.checkpoint(path)
		}
	}
	if err := m.store.DeleteVariablesInScope("/" + dataScope); err != nil {
		return nil, err
	}
	return m, nil
}

func keptIn(checkpoint string) string {
	if checkpoint == "" {
		return ""
	}
	return "; the last checkpoint is " + checkpoint
}

// begin makes a model that is still to be trained, or takes one from a checkpoint, whose path it
// returns too.
func begin(config Config) (m *Model, checkpointed string, err error) {
	engine := config.Backend
	if engine == nil {
		if config.Devices > 1 {
			engine, err = backend.WithDevices(config.Devices)
		} else {
			engine, err = backend.Default()
		}
		if err != nil {
			return nil, "", err
		}
	}
	if config.Dir != "" {
		paths, err := listCheckpoints(config.Dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, "", fmt.Errorf("Config.Dir: %w", err)
		}
		if len(paths) > 0 {
			newest := paths[len(paths)-1]
			if !config.Resume {
				return nil, "", fmt.Errorf("Config.Dir holds a training already, up to %s: set Config.Resume to go on with it, or take another folder", newest)
			}
			m, err = resume(newest, config, engine)
			return m, newest, err
		}
	}
	m = &Model{net: config.Net, store: model.NewStore(), engine: engine, about: description{
		Format:    checkpointFormat,
		Objective: config.Objective.Name(),
		Average:   config.Objective.Average(),
		Dim:       config.Data.Dim(),
		Losses:    []float64{},
	}}
	if m.net == nil {
		m.net, m.about.MLP = config.MLP.Velocity, &config.MLP
	}
	if err := m.initialize(config.Seed); err != nil {
		return nil, "", err
	}
	if config.Dir != "" {
		if err := os.MkdirAll(config.Dir, 0o777); err != nil {
			return nil, "", fmt.Errorf("Config.Dir: %w", err)
		}
		if checkpointed, err = m.save(config.Dir); err != nil {
			return nil, "", fmt.Errorf("Config.Dir: %w", err)
		}
	}
	return m, checkpointed, nil
}

// initialize draws the weights.
func (m *Model) initialize(seed int64) error {
	if err := m.store.SetRNGStateFromSeed(seed); err != nil {
		return err
	}
	if err := m.buildOnce(m.checkNetwork); err != nil {
		return fmt.Errorf("the network can't be built: %w", err)
	}
	return m.store.InitializeVariables(m.engine, nil)
}

// resume takes a model from a checkpoint and checks that it is what the configuration would train.
func resume(path string, config Config, engine compute.Backend) (*Model, error) {
	m, err := load(path, config.Net, engine)
	if err != nil {
		return nil, err
	}
	about := m.about
	switch {
	case about.Dim != config.Data.Dim():
		err = fmt.Errorf("was trained on points of dimension %d, Config.Data has %d", about.Dim, config.Data.Dim())
	case about.MLP != nil && *about.MLP != config.MLP:
		err = fmt.Errorf("is of the network %+v, Config.MLP is %+v", *about.MLP, config.MLP)
	case about.Objective != config.Objective.Name():
		err = fmt.Errorf("was trained by %s, Config.Objective is %s", about.Objective, config.Objective.Name())
	case about.Epoch > config.Epochs:
		err = fmt.Errorf("is after epoch %d, Config.Epochs is %d", about.Epoch, config.Epochs)
	}
	if err != nil {
		return nil, fmt.Errorf("can't resume: the checkpoint %s %w", path, err)
	}
	// The optimizer takes the learning rate from this variable where there is one.
	return m, m.store.DeleteVariable(model.JoinPath("/", optimizer.Scope, optimizer.ParamLearningRate))
}
