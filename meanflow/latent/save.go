package latent

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// wrapped is what a checkpoint keeps of an autoencoder. The field tells it from a flow.
type wrapped struct {
	Autoencoder *metadata `json:"autoencoder"`
}

// Save writes the autoencoder to the folder dir, for [LoadAutoencoder], as [meanflow.Model.Save]
// writes a flow. To save it together with a flow, use [Model.Save].
func (a *Autoencoder) Save(dir string) error {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	meta, err := json.Marshal(wrapped{&a.meta})
	if err == nil {
		err = training.Save(dir, a.store, meta, nil, a.state)
	}
	if err != nil {
		return fmt.Errorf("latent: Save: %w", err)
	}
	return nil
}

// LoadAutoencoder reads an autoencoder that [Autoencoder.Save] or a training wrote, as
// [meanflow.Load] reads a flow. A nil engine stands for backend.Default.
func LoadAutoencoder(dir string, engine compute.Backend) (*Autoencoder, error) {
	a, err := load(snapshot.OS(dir), engine)
	if err != nil {
		return nil, fmt.Errorf("latent: LoadAutoencoder: %w", err)
	}
	return a, nil
}

func load(from snapshot.Source, engine compute.Backend) (*Autoencoder, error) {
	checkpoint, err := training.ReadCheckpoint(from)
	if err != nil {
		return nil, err
	}
	return restore(checkpoint, engine)
}

// restore makes an autoencoder of a checkpoint.
func restore(checkpoint *training.Checkpoint, engine compute.Backend) (_ *Autoencoder, err error) {
	var meta wrapped
	if err := checkpoint.Metadata(&meta); err != nil {
		return nil, err
	}
	if meta.Autoencoder == nil {
		return nil, fmt.Errorf("%s holds a flow, not an autoencoder: load it by meanflow.Load",
			checkpoint.Path)
	}
	a := &Autoencoder{
		meta: *meta.Autoencoder, state: checkpoint.State(), store: model.NewStore(), engine: engine,
		mutex: new(sync.Mutex),
	}
	if dim := a.meta.Dim; dim < 1 || dim > maxDim || a.meta.CodeDim < 1 || a.meta.CodeDim > dim {
		return nil, fmt.Errorf("%s has images of %d numbers and codes of %d: it is damaged",
			checkpoint.Path, dim, a.meta.CodeDim)
	}
	if a.network, err = a.meta.Network.network(a.meta.Dim); err != nil {
		return nil, fmt.Errorf("%s: %w", checkpoint.Path, err)
	}
	if engine == nil {
		if a.engine, err = backend.Default(); err != nil {
			return nil, err
		}
	}
	if err := checkpoint.Restore(a.store, a.engine, a.build, nil); err != nil {
		return nil, err
	}
	return a, nil
}
