package latent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// WriteSafetensors writes the autoencoder and the flow to w as one safetensors file, for PyTorch,
// JAX and [ReadSafetensors], as [meanflow.Model.WriteSafetensors] writes a flow. The names of the
// arrays begin with "autoencoder/" or "flow/".
func (m *Model) WriteSafetensors(w io.Writer) error {
	if err := m.writeSafetensors(w); err != nil {
		return fmt.Errorf("latent: WriteSafetensors: %w", err)
	}
	return nil
}

func (m *Model) writeSafetensors(w io.Writer) error {
	var autoencoder, flow bytes.Buffer
	if err := m.autoencoder.writeSafetensors(&autoencoder); err != nil {
		return err
	}
	if err := m.flow.WriteSafetensors(&flow); err != nil {
		return err
	}
	return training.JoinSafetensors(w, map[string][]byte{
		autoencoderPart: autoencoder.Bytes(), flowPart: flow.Bytes(),
	})
}

// writeSafetensors writes the autoencoder to w as a safetensors file.
func (a *Autoencoder) writeSafetensors(w io.Writer) error {
	meta, err := json.Marshal(wrapped{&a.meta})
	if err != nil {
		return err
	}
	a.mutex.Lock()
	weights, err := training.CopyWeights(a.store, training.NetworkScope)
	a.mutex.Unlock()
	if err != nil {
		return err
	}
	return training.WriteSafetensors(w, weights, meta, a.state)
}

// ReadSafetensors reads a model from the content of a safetensors file that
// [Model.WriteSafetensors] wrote, or one with other weights and the same metadata. A nil engine
// stands for backend.Default. The errors are those of [meanflow.ReadSafetensors].
func ReadSafetensors(content []byte, engine compute.Backend) (*Model, error) {
	m, err := readSafetensors(content, engine)
	if err != nil {
		return nil, fmt.Errorf("latent: ReadSafetensors: %w", err)
	}
	return m, nil
}

func readSafetensors(content []byte, engine compute.Backend) (*Model, error) {
	parts, err := training.SplitSafetensors(content, autoencoderPart, flowPart)
	if err != nil {
		return nil, err
	}
	checkpoint, err := training.ReadSafetensors(parts[autoencoderPart])
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", autoencoderPart, err)
	}
	autoencoder, err := restore(checkpoint, engine)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", autoencoderPart, err)
	}
	flow, err := meanflow.ReadSafetensors(parts[flowPart], meanflow.LoadOptions{Backend: engine})
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", flowPart, err)
	}
	return New(autoencoder, flow)
}
