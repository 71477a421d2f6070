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

// initialWeights returns copies of the weights that InitialModel generates with, nil without one,
// and the text by which a checkpoint identifies them.
func (c Config) initialWeights() (weights training.Weights, identity string, err error) {
	initial := c.InitialModel
	if initial == nil {
		return nil, "none", nil
	}
	initial.mutex.Lock()
	defer initial.mutex.Unlock()
	if weights, err = training.CopyWeights(initial.store, initial.weights); err != nil {
		return nil, "", err
	}
	hash, err := weights.Hash()
	return weights, "weights with the sha256 " + hash, err
}
