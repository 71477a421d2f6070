package latent

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/internal/snapshot"
	"github.com/meanflow-go/meanflow/meanflow/internal/training"
)

// Model generates images: its flow generates codes, which its autoencoder decodes.
type Model struct {
	autoencoder *Autoencoder
	flow        *meanflow.Model
}

// New joins an autoencoder and a flow that was trained on its codes.
func New(autoencoder *Autoencoder, flow *meanflow.Model) (*Model, error) {
	if autoencoder == nil || flow == nil {
		return nil, errors.New("latent: New: autoencoder and flow must not be nil")
	}
	if flow.Dim() != autoencoder.CodeDim() {
		return nil, fmt.Errorf("latent: New: the flow has %d coordinates and the codes have %d: "+
			"they must be equal", flow.Dim(), autoencoder.CodeDim())
	}
	return &Model{autoencoder, flow}, nil
}

// Autoencoder returns the autoencoder.
func (m *Model) Autoencoder() *Autoencoder { return m.autoencoder }

// Flow returns the flow of codes.
func (m *Model) Flow() *meanflow.Model { return m.flow }

// Sample generates n images [n][dim], in [-1, 1], in steps of equal length from noise that the seed
// determines, as [meanflow.Model.Sample] generates points.
func (m *Model) Sample(n, steps int, seed int64) ([][]float64, error) {
	codes, err := m.flow.Sample(n, steps, seed)
	return m.decode("Sample", codes, err)
}

// SampleWith generates n images [n][dim], in [-1, 1], with options, as [meanflow.Model.SampleWith]
// generates points. Options.Noise is that of codes, [n][CodeDim()], and Options.OnStep gets codes.
func (m *Model) SampleWith(options meanflow.SampleOptions, n int, seed int64) ([][]float64, error) {
	codes, err := m.flow.SampleWith(options, n, seed)
	return m.decode("SampleWith", codes, err)
}

// decode decodes the codes that a method generated, or returns the error of the flow.
func (m *Model) decode(method string, codes [][]float64, err error) ([][]float64, error) {
	var images [][]float64
	if err == nil {
		images, err = m.autoencoder.Decode(codes)
	}
	if err != nil {
		return nil, fmt.Errorf("latent: %s: %w", method, err)
	}
	return images, nil
}

// The parts of a model: folders of a saved one, and prefixes of names in a safetensors file.
const (
	autoencoderPart = "autoencoder"
	flowPart        = "flow"
)

// Save writes the autoencoder and the flow to the folder dir, for [Load], both or neither. dir must
// not exist, be empty, or be an earlier saved model, which is replaced.
func (m *Model) Save(dir string) error {
	names := []string{autoencoderPart, flowPart}
	err := snapshot.SaveSet(dir, names, training.Warn, func(folder string) error {
		return errors.Join(
			m.autoencoder.Save(filepath.Join(folder, autoencoderPart)),
			m.flow.Save(filepath.Join(folder, flowPart)))
	})
	if err != nil {
		return fmt.Errorf("latent: Save: %w", err)
	}
	return nil
}

// Load reads a model that [Model.Save] wrote. A nil engine stands for backend.Default. The error is
// a meanflow.DamagedError if its files changed. If the flow has a custom network, load the folders
// autoencoder and flow in dir by [LoadAutoencoder] and [meanflow.LoadWith], and join them by [New].
func Load(dir string, engine compute.Backend) (*Model, error) {
	autoencoder, err := LoadAutoencoder(filepath.Join(dir, autoencoderPart), engine)
	if err != nil {
		return nil, fmt.Errorf("latent: Load: %w", err)
	}
	flow, err := meanflow.LoadWith(filepath.Join(dir, flowPart),
		meanflow.LoadOptions{Backend: engine})
	if err != nil {
		return nil, fmt.Errorf("latent: Load: %w", err)
	}
	return New(autoencoder, flow)
}

// LoadFS is [Load] for a file system, such as an embed.FS or a zip.Reader, with the folders
// autoencoder and flow at its root.
func LoadFS(fsys fs.FS, engine compute.Backend) (*Model, error) {
	m, err := loadFS(fsys, engine)
	if err != nil {
		return nil, fmt.Errorf("latent: LoadFS: %w", err)
	}
	return m, nil
}

func loadFS(fsys fs.FS, engine compute.Backend) (*Model, error) {
	if fsys == nil {
		return nil, errors.New("fsys must not be nil")
	}
	files, err := fs.Sub(fsys, autoencoderPart)
	if err != nil {
		return nil, err
	}
	autoencoder, err := load(snapshot.FS(files), engine)
	if err != nil {
		return nil, fmt.Errorf("the folder %s: %w", autoencoderPart, err)
	}
	if files, err = fs.Sub(fsys, flowPart); err != nil {
		return nil, err
	}
	flow, err := meanflow.LoadFS(files, meanflow.LoadOptions{Backend: engine})
	if err != nil {
		return nil, fmt.Errorf("the folder %s: %w", flowPart, err)
	}
	return New(autoencoder, flow)
}
