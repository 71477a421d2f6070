package meanflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Train trains a model as the configuration says. It checks the configuration and writes the first
// checkpoint before it trains, so a mistake there costs no training.
//
// It stops when ctx ends, and when the process is told to end by Ctrl-C, a notebook's stop button or SIGTERM: after the
// batches that the engine is at, which take about a second, with a checkpoint of that moment if there is a Config.Dir.
// It stops at a batch whose loss is not finite, or jumps (see Config.JumpFactor). A checkpoint that can't be written
// is told on standard error, and the training goes on.
//
// The error says where the training stopped and what the last checkpoint is. With an error comes the model too, if it
// is sound: where the training was interrupted, or its last checkpoint could not be written.
//
// The same configuration on the same engine gives the same model, to the last bit, however often it was interrupted and
// resumed.
func Train(ctx context.Context, config Config) (*Model, error) {
	ctx, stop := untilToldToEnd(ctx)
	defer stop()
	defer backend.ReturnMemory()
	m, err := train(ctx, config.withDefaults())
	if err != nil {
		return m, fmt.Errorf("meanflow: Train: %w", err)
	}
	return m, nil
}

func train(ctx context.Context, config Config) (_ *Model, err error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.Dir != "" {
		release, err := lock(config.Dir)
		if err != nil {
			return nil, fmt.Errorf("Config.Dir: %w", err)
		}
		defer release()
	}
	m, checkpointed, err := begin(config)
	if err != nil {
		return nil, err
	}
	training := training{Config: config, Model: m, checkpointed: checkpointed}
	if training.steps, err = m.newTrainingSteps(config); err != nil {
		return nil, err
	}
	defer training.steps.Finalize()
	training.progress = newProgress(config.Progress, config.Epochs, m.about.Epoch)
	defer training.progress.end()
	isSound, err := training.run(ctx)
	if !isSound {
		return nil, err
	}
	return m, errors.Join(err, m.store.DeleteVariablesInScope("/"+dataScope))
}

// training is a call of Train.
type training struct {
	Config
	*Model
	steps        *trainingSteps
	progress     *progress
	checkpointed string // The path of the last checkpoint.
}

// run trains up to the last epoch. The model is sound unless a batch made it worthless.
func (t *training) run(ctx context.Context) (isSound bool, err error) {
	about := &t.about
	for about.Epoch < t.Epochs {
		for about.Batch < t.BatchesPerEpoch {
			if err := interruption(ctx); err != nil {
				return t.interrupted(err)
			}
			losses, err := t.steps.run(t.BatchesPerEpoch-about.Batch, about.Reference)
			if err == nil {
				err = t.count(losses)
			}
			if err != nil {
				return false, fmt.Errorf("epoch %d, batch %d: %w%s", about.Epoch+1, about.Batch+1, err, t.kept())
			}
		}
		if about.Taken == 0 {
			return false, fmt.Errorf("epoch %d: all batches diverged and were left out%s", about.Epoch+1, t.kept())
		}
		mean := about.Sum / float64(about.Taken)
		about.Losses = append(about.Losses, mean)
		about.Reference = mean
		about.Epoch++
		about.Batch, about.Taken, about.Sum = 0, 0, 0
		t.progress.epoch(about.Epoch, mean, about.Skipped)
		isLast := about.Epoch == t.Epochs
		if !isLast && (t.Dir == "" || about.Epoch%t.CheckpointEvery != 0) {
			continue
		}
		if err := t.checkFinite(); err != nil {
			return false, err
		}
		if t.Dir == "" {
			continue
		}
		switch err := t.checkpoint(); {
		case err != nil && isLast:
			return true, fmt.Errorf("epoch %d: writing the last checkpoint: %w%s", about.Epoch, err, t.kept())
		case err != nil:
			warn("Train: epoch %d: writing a checkpoint: %v%s; the training goes on", about.Epoch, err, t.kept())
		}
	}
	return true, nil
}

// count takes in the losses of the next batches.
func (t *training) count(losses []float64) error {
	about := &t.about
	for _, loss := range losses {
		switch err := t.divergence(loss, about.Reference); {
		case err == nil:
			about.Taken++
			about.Sum += loss
			if about.Reference == 0 {
				about.Reference = loss
			}
		case about.Skipped < t.MaxSkipped:
			about.Skipped++
		case t.MaxSkipped > 0:
			return fmt.Errorf("diverged, as %d batches before, which is all that Config.MaxSkipped allows to leave out; %s", about.Skipped, t.likelyCauses())
		default:
			return fmt.Errorf("%w: the training diverged; %s", err, t.likelyCauses())
		}
		about.Batch++
	}
	return nil
}

// checkFinite looks at the weights, which the last batch may have made worthless: its loss was that of before.
func (t *training) checkFinite() error {
	if err := t.Model.checkFinite(); err != nil {
		return fmt.Errorf("after epoch %d and %d batches: %w: the training diverged; %s%s", t.about.Epoch, t.about.Batch, err, t.likelyCauses(), t.kept())
	}
	return nil
}

// checkpoint writes one.
func (t *training) checkpoint() error {
	path, err := t.save(t.Dir, t.Keep)
	if err == nil {
		t.checkpointed = path
		t.progress.checkpoint(path)
	}
	return err
}

// interrupted makes the error of a training that was, after it wrote a checkpoint.
func (t *training) interrupted(why error) (isSound bool, err error) {
	if err := t.checkFinite(); err != nil {
		return false, err
	}
	where := fmt.Sprintf("interrupted after %d of %d epochs", t.about.Epoch, t.Epochs)
	if t.about.Batch > 0 {
		where += fmt.Sprintf(" and %d batches", t.about.Batch)
	}
	if t.Dir == "" {
		return true, fmt.Errorf("%s: %w; without a Config.Dir there is no checkpoint to go on from", where, why)
	}
	if t.about.path(t.Dir) != t.checkpointed {
		if err := t.checkpoint(); err != nil {
			return true, fmt.Errorf("%s: %w; writing a checkpoint: %w%s", where, why, err, t.kept())
		}
	}
	return true, fmt.Errorf("%s: %w; set Config.Resume to go on from the checkpoint %s", where, why, t.checkpointed)
}

func (t *training) kept() string {
	if t.checkpointed == "" {
		return ""
	}
	return "; the last checkpoint is " + t.checkpointed
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
		if err != nil {
			return nil, "", fmt.Errorf("Config.Dir: %w", err)
		}
		if len(paths) > 0 {
			if !config.Resume {
				return nil, "", fmt.Errorf("Config.Dir holds a training already, up to %s: set Config.Resume to go on with it, or take another folder", paths[len(paths)-1])
			}
			return resume(paths, config, engine)
		}
	}
	m = &Model{net: config.Net, store: model.NewStore(), engine: engine, mutex: new(sync.Mutex), about: description{
		Format:    checkpointFormat,
		Objective: config.Objective.Name(),
		Average:   config.Objective.Average(),
		Dim:       config.Data.Dim(),
		Averages:  slices.Clone(config.Averages),
		Losses:    []float64{},
	}}
	m.generating = m.about.generating()
	if m.net == nil {
		m.net, m.about.MLP = config.MLP.Velocity, &config.MLP
	}
	if err := m.initialize(config.Seed); err != nil {
		return nil, "", err
	}
	if config.Dir != "" {
		if checkpointed, err = m.save(config.Dir, config.Keep); err != nil {
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

// resume takes a model from the newest checkpoint that is whole, and checks that it is what the configuration would
// train.
func resume(paths []string, config Config, engine compute.Backend) (m *Model, path string, err error) {
	path, files, damaged, err := newestWhole(paths)
	if err != nil {
		return nil, "", fmt.Errorf("can't resume: %w", err)
	}
	if m, err = decode(path, files, config.Net, engine); err != nil {
		return nil, "", fmt.Errorf("can't resume: %w", err)
	}
	about := m.about
	switch {
	case about.Dim != config.Data.Dim():
		err = fmt.Errorf("was trained on points of dimension %d, Config.Data has %d", about.Dim, config.Data.Dim())
	case about.MLP != nil && *about.MLP != config.MLP:
		err = fmt.Errorf("is of the network %+v, Config.MLP is %+v", *about.MLP, config.MLP)
	case !slices.Equal(about.Averages, config.Averages):
		err = fmt.Errorf("has averages of the weights with the decays %v, Config.Averages is %v", about.Averages, config.Averages)
	case about.Objective != config.Objective.Name():
		err = fmt.Errorf("was trained by %s, Config.Objective is %s", about.Objective, config.Objective.Name())
	case about.Epoch > config.Epochs, about.Epoch == config.Epochs && about.Batch > 0:
		err = fmt.Errorf("is after epoch %d and %d batches, Config.Epochs is %d", about.Epoch, about.Batch, config.Epochs)
	case about.Batch >= config.BatchesPerEpoch:
		err = fmt.Errorf("is after epoch %d and %d batches, Config.BatchesPerEpoch is %d", about.Epoch, about.Batch, config.BatchesPerEpoch)
	}
	if err != nil {
		return nil, "", fmt.Errorf("can't resume: the checkpoint %s %w", path, err)
	}
	for _, each := range damaged {
		aside, err := setAside(each.path)
		if err != nil {
			return nil, "", fmt.Errorf("can't resume: %w; setting it aside: %w", each, err)
		}
		warn("Train: %v: it is set aside as %s, and the training goes on from %s", each, aside, path)
	}
	// The optimizer takes the learning rate from this variable where there is one.
	return m, path, m.store.DeleteVariable(model.JoinPath("/", optimizer.Scope, optimizer.ParamLearningRate))
}
