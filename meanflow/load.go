package meanflow

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Checkpoints lists the paths of the checkpoints in dir, the Config.CheckpointDir of a training,
// from the first epoch to the last. [Load] accepts each path.
func Checkpoints(dir string) ([]string, error) {
	paths, err := snapshot.List(dir)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Checkpoints: %w", err)
	}
	return paths, nil
}

// Load reads a trained model. If dir is the Config.CheckpointDir of a training, Load reads the
// newest intact checkpoint, and warns on standard error about each newer one, which is damaged. If
// dir is a checkpoint, one of [Checkpoints], Load reads that one. The error is a [DamagedError] if
// no checkpoint is intact. Load does not pass over a checkpoint that can't be read, for lack of a
// permission for instance, because it may be intact: the error names the file.
func Load(dir string) (*Model, error) { return LoadWith(dir, LoadOptions{}) }

// LoadOptions are what a checkpoint does not contain.
type LoadOptions struct {
	// Network is the custom network that the model was trained with. It must be nil for a network
	// of package network, which the checkpoint contains.
	Network network.Network
	Backend compute.Backend // The engine, [backend.Default] if nil.
}

// LoadWith is [Load] with options. The error is a [MismatchError] if the checkpoint's weights do
// not fit the network.
func LoadWith(dir string, options LoadOptions) (*Model, error) {
	m, err := load(snapshot.OS(dir), options)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Load: %w", err)
	}
	return m, nil
}

// LoadFS is [LoadWith] for a file system, such as an embed.FS or a zip.Reader, whose root is the
// checkpoint, the saved model or the folder of checkpoints. If the root is a folder above, pass the
// folder by fs.Sub.
func LoadFS(fsys fs.FS, options LoadOptions) (*Model, error) {
	if fsys == nil {
		return nil, errors.New("meanflow: LoadFS: fsys must not be nil")
	}
	m, err := load(snapshot.FS(fsys), options)
	if err != nil {
		return nil, fmt.Errorf("meanflow: LoadFS: %w", err)
	}
	return m, nil
}

func load(from snapshot.Source, options LoadOptions) (*Model, error) {
	checkpoint, err := training.ReadCheckpoint(from)
	if err != nil {
		return nil, err
	}
	return restore(checkpoint, options)
}

// restore makes a model of a checkpoint.
func restore(checkpoint *training.Checkpoint, options LoadOptions) (_ *Model, err error) {
	engine := options.Backend
	if engine == nil {
		if engine, err = backend.Default(); err != nil {
			return nil, err
		}
	}
	var meta metadata
	if err := checkpoint.Metadata(&meta); err != nil {
		return nil, err
	}
	if meta.Objective == "" {
		return nil, fmt.Errorf("%s holds no flow: load an autoencoder by package latent",
			checkpoint.Path)
	}
	net, err := network.Decode(meta.Network)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", checkpoint.Path, err)
	case net == nil && options.Network == nil:
		return nil, fmt.Errorf("%s holds a model with a custom network: pass the network as "+
			"LoadOptions.Network", checkpoint.Path)
	case net != nil && options.Network != nil:
		return nil, fmt.Errorf("%s holds a model with the network %s, but LoadOptions.Network is "+
			"set: leave it nil", checkpoint.Path, meta.Network)
	case net == nil:
		net = options.Network
	}
	m, err := newModel(meta, net, model.NewStore(), engine)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", checkpoint.Path, err)
	}
	m.state = checkpoint.State()
	if err := checkpoint.Restore(m.store, engine, meta.build(net), meta.EMADecays); err != nil {
		return nil, err
	}
	return m, nil
}

// Errors that [Train], [Load], [LoadWith], [LoadFS] and [ReadSafetensors] return, for errors.As.
type (
	// DivergedError says at which batch a training diverged, and why. Its fields are Epoch and
	// Batch (ints, from 1), Loss and LearningRate (float64), Reason and Checkpoint (strings; the
	// path of the last checkpoint, empty if there is none).
	DivergedError = training.DivergedError
	// InterruptedError says where a training was interrupted: its fields are Epoch, Batch and
	// Epochs (ints), Checkpoint (the path to resume from, empty without Config.CheckpointDir), and
	// Err. It wraps Err, the cause: context.Canceled, or the error of Config.OnEpoch.
	InterruptedError = training.InterruptedError
	// MismatchError lists the fields in which a checkpoint or an initial model differs from the
	// configuration or the network: its fields are Checkpoint (the path, "the safetensors file" or
	// "Config.InitialModel"), Differences (a slice of [Difference]), and Changeable (true if
	// Config.AllowChanges would let the training go on).
	MismatchError = training.MismatchError
	// Difference is a field of a [MismatchError]: Field, for instance "Config.BatchSize", and its
	// values Checkpoint (or the initial model's) and Now, all strings.
	Difference = training.Difference
	// DamagedError names a checkpoint whose files changed after they were written: its fields are
	// Path and Err.
	DamagedError = snapshot.DamagedError
	// LockedError names a folder of checkpoints that another training uses: its field is Folder.
	LockedError = snapshot.LockedError
)
