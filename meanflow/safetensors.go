package meanflow

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// WriteSafetensors writes the model to w as a safetensors file, for PyTorch, JAX and
// [ReadSafetensors]. The file has the weights that the model generates with, those that
// [Model.WithEMA] chose, as F32 arrays with the names that they have in the network, such as
// "hidden_0/weights" [inputs, outputs] and "hidden_0/biases" [outputs]. Its metadata describe the
// model, a JSON text at the key "meanflow". Without the moving averages and the optimizer's state,
// the file takes less space than a checkpoint, and a training can't be resumed from it. The same
// model gives the same bytes.
//
// In Python:
//
//	from safetensors.torch import load_file  # In JAX: safetensors.flax.
//	weights = load_file("model.safetensors")
//	h = gelu(x @ weights["hidden_0/weights"] + weights["hidden_0/biases"])
//
// A Linear layer of PyTorch has the transpose of these weights. GELU and layer norm (ε = 1e-6) are
// PyTorch's; testdata/safetensors_peers.py has whole networks in PyTorch and in JAX.
func (m *Model) WriteSafetensors(w io.Writer) error {
	if err := m.writeSafetensors(w); err != nil {
		return fmt.Errorf("meanflow: WriteSafetensors: %w", err)
	}
	return nil
}

func (m *Model) writeSafetensors(w io.Writer) error {
	written := m.meta
	written.Weights, written.EMADecays = "", nil // The file has one set of weights.
	meta, err := json.Marshal(written)
	if err != nil {
		return err
	}
	m.mutex.Lock()
	weights, err := training.CopyWeights(m.store, m.weights)
	m.mutex.Unlock()
	if err != nil {
		return err
	}
	return training.WriteSafetensors(w, weights, meta, m.state)
}

// ReadSafetensors reads a model from the content of a safetensors file. The file is one that
// [Model.WriteSafetensors] wrote, or one with other weights and the same metadata. The model has no
// moving averages; its epoch and its losses are those of the model that was written. On the same
// engine, unchanged weights generate the same points to the last bit.
//
// In Python, hand the metadata on:
//
//	from safetensors import safe_open
//	from safetensors.torch import save_file
//	with safe_open("model.safetensors", "pt") as file: metadata = file.metadata()
//	save_file(weights, "changed.safetensors", metadata)
//
// The error is a [MismatchError] if arrays are missing, have other shapes or belong to no network.
// All numbers must be finite and F32.
func ReadSafetensors(content []byte, options LoadOptions) (*Model, error) {
	checkpoint, err := training.ReadSafetensors(content)
	if err != nil {
		return nil, fmt.Errorf("meanflow: ReadSafetensors: %w", err)
	}
	m, err := restore(checkpoint, options)
	if err != nil {
		return nil, fmt.Errorf("meanflow: ReadSafetensors: %w", err)
	}
	return m, nil
}
