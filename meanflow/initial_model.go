package meanflow

import (
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// validateInitialModel returns a [MismatchError] unless InitialModel has the network that the
// configuration describes. Objectives, guidance scales and units may differ.
func (c *Config) validateInitialModel() error {
	initial := c.InitialModel
	if initial == nil {
		return nil
	}
	was, is := initial.meta, c.metadata()
	for _, part := range []struct {
		meta *metadata
		net  network.Network
	}{{&was, initial.network}, {&is, c.Network}} {
		encoded, err := network.Encode(part.net)
		if err != nil {
			return err
		}
		part.meta.Network = encoded // In a checkpoint the same network may be indented.
	}
	mismatch := &MismatchError{Checkpoint: "Config.InitialModel"}
	needed := is.architecture()
	for k, field := range was.architecture() {
		if field.Value != needed[k].Value {
			mismatch.Differences = append(mismatch.Differences,
				Difference{Field: field.Name, Checkpoint: field.Value, Now: needed[k].Value})
		}
	}
	if len(mismatch.Differences) > 0 {
		return mismatch
	}
	return nil
}

// initialWeights returns copies of the weights that InitialModel generates with, nil without one.
func (c Config) initialWeights() (training.Weights, error) {
	initial := c.InitialModel
	if initial == nil {
		return nil, nil
	}
	initial.mutex.Lock()
	defer initial.mutex.Unlock()
	return training.CopyWeights(initial.store, initial.weights)
}

// identify returns the text by which a checkpoint identifies initial weights, nil for none.
func identify(weights training.Weights) (string, error) {
	if weights == nil {
		return "none", nil
	}
	hash, err := weights.Hash()
	return "weights with the sha256 " + hash, err
}
