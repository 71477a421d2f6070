package training

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
)

// open begins a training, or resumes one from its newest intact checkpoint.
func open(c Config) (t *training, err error) {
	usesProgress, isWeighted, err := c.inspect()
	if err != nil {
		return nil, err
	}
	t = &training{Config: c, State: State{Losses: []float64{}}}
	defer func() {
		if err != nil {
			t.close()
			t = nil
		}
	}()
	t.description = description{Format: format, Model: c.Metadata, Recipe: c.recipe(usesProgress)}
	var checkpoints []string
	if c.CheckpointDir != "" {
		if t.folder, err = snapshot.Open(c.CheckpointDir, Warn); err != nil {
			return t, fmt.Errorf("Config.CheckpointDir: %w", err)
		}
		if checkpoints, err = t.folder.List(); err != nil {
			return t, fmt.Errorf("Config.CheckpointDir: %w", err)
		}
	}
	if len(checkpoints) > 0 {
		err = t.resume(checkpoints)
	} else {
		err = t.begin()
	}
	if err != nil {
		return t, err
	}
	if t.Epochs == t.Epoch {
		if len(checkpoints) > 0 && c.Progress != nil {
			fmt.Fprintf(c.Progress, "Epoch [%d/%d] is the last: nothing is left to train\n",
				t.Epoch, t.Epochs)
		}
		return t, nil
	}
	if t.steps, err = newSteps(c, t.State); err != nil {
		return t, err
	}
	t.progress = newProgress(c.Progress, c.Epochs, t.Epoch, isWeighted)
	return t, nil
}

// begin initialises the weights and writes the first checkpoint.
func (t *training) begin() error {
	if err := t.Store.SetRNGStateFromSeed(t.Seed); err != nil {
		return err
	}
	if err := t.buildNetwork(); err != nil {
		return err
	}
	if err := t.beginWeights(); err != nil {
		return err
	}
	if err := t.drawWeights(); err != nil {
		return err
	}
	if err := t.beginEMAs(); err != nil {
		return err
	}
	t.description.Weights = weights(t.Store)
	if t.folder == nil {
		return nil
	}
	if err := t.checkpoint(); err != nil {
		return fmt.Errorf("Config.CheckpointDir: %w", err)
	}
	return nil
}

// resume reads the newest intact checkpoint of the paths. It renames newer checkpoints, which are
// damaged.
func (t *training) resume(paths []string) error {
	if !t.Resume {
		return fmt.Errorf("Config.CheckpointDir holds checkpoints up to %s: set Config.Resume to "+
			"resume from them, or choose another folder", paths[len(paths)-1])
	}
	newest, damaged, err := snapshot.Newest(paths, descriptionFile)
	if err != nil {
		return fmt.Errorf("can't resume: %w", err)
	}
	checkpoint, err := decodeCheckpoint(newest)
	if err != nil {
		return fmt.Errorf("can't resume: %w", err)
	}
	if len(checkpoint.description.Recipe) == 0 {
		return fmt.Errorf("can't resume: %s is a saved model, without the state of its training: "+
			"choose another Config.CheckpointDir", newest.Path)
	}
	state := checkpoint.State()
	if state.Epoch > t.Epochs || state.Epoch == t.Epochs && state.Batch > 0 {
		return fmt.Errorf("can't resume: %s is after epoch %d and %d batches, Config.Epochs "+
			"is %d: it must be larger", newest.Path, state.Epoch, state.Batch, t.Epochs)
	}
	err = t.compare(newest.Path, checkpoint.description.Recipe, t.description.Recipe)
	if err != nil {
		return fmt.Errorf("can't resume: %w", err)
	}
	if state.Batch >= t.BatchesPerEpoch {
		return fmt.Errorf("can't resume: %s is after epoch %d and %d batches, "+
			"Config.BatchesPerEpoch is %d: it must be larger",
			newest.Path, state.Epoch, state.Batch, t.BatchesPerEpoch)
	}
	if err := checkpoint.Restore(t.Store, t.Engine, t.Build, t.EMADecays); err != nil {
		return fmt.Errorf("can't resume: %w", err)
	}
	for _, damage := range damaged {
		aside, err := snapshot.SetAside(damage.Path)
		if err != nil {
			return fmt.Errorf("can't resume: %w; %w", damage, err)
		}
		Warn("%v: renamed to %s; the training goes on from %s", damage, aside, newest.Path)
	}
	t.State, t.checkpointed = state, newest.Path
	t.description.Weights = checkpoint.description.Weights
	if t.Epoch == t.Epochs {
		return nil
	}
	if err := t.folder.CheckWritable(); err != nil {
		return fmt.Errorf("Config.CheckpointDir: %w", err)
	}
	// The optimizer would take the checkpoint's learning rate from this variable.
	return t.Store.DeleteVariable(model.JoinPath("/", optimizer.Scope, optimizer.ParamLearningRate))
}

// inspect builds the loss of a batch with variables of its own, without running it. It returns
// whether anything depends on the progress, and whether the loss is weighted.
func (c Config) inspect() (usesProgress, isWeighted bool, err error) {
	apart := c
	apart.Store = model.NewStore()
	defer apart.Store.Finalize()
	if err := apart.buildNetwork(); err != nil {
		return false, false, err
	}
	err = buildOnce(c.Engine, apart.Store, func(g *Graph) {
		progress := Parameter(g, "progress", shapes.Make(dtypes.Float32))
		loss, squaredError := apart.loss(apart.draw(g, c.BatchSize), progress)
		isWeighted = loss != squaredError
		usesProgress = slices.ContainsFunc(g.Nodes(),
			func(n *Node) bool { return slices.Contains(n.Inputs(), progress) })
	})
	return usesProgress, isWeighted, err
}

// buildNetwork makes the network's variables.
func (c Config) buildNetwork() error {
	err := buildOnce(c.Engine, c.Store, func(g *Graph) { c.Build(c.Store.RootScope(), g) })
	if err != nil {
		return fmt.Errorf("the network can't be built: %w", err)
	}
	return nil
}

// buildOnce builds a graph, which makes the variables that the graph uses, without running it.
func buildOnce(backend compute.Backend, store *model.Store, build func(g *Graph)) error {
	return engine.Catch(func() error {
		g := NewGraph(backend, "variables")
		defer g.Finalize()
		model.SetStore(g, store)
		build(g)
		return nil
	})
}
