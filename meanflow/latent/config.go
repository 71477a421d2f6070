package latent

import (
	"io"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow"
)

// Config says how to train an autoencoder. Only Data is required: the zero value of every other
// field stands for the setting with which MNIST's digits train in a minute.
type Config struct {
	Data meanflow.Data // Images: points in [-1, 1].
	// CodeDim is the number of coordinates of a code, from 1 to the dimension of Data. 16 if it is
	// 0, or the dimension of Data if that is less.
	CodeDim int
	Network Network // [Dense] if nil.
	// Noise is the standard deviation of the normal noise that the training adds to codes, whose
	// coordinates have a mean square of 1. It makes the decoder forgive small errors of a flow. At
	// most 10; 0.1 if it is 0; [meanflow.None] adds none.
	Noise float64

	// Epochs is the number of epochs, 60 if it is 0.
	Epochs          int
	BatchesPerEpoch int // 100 if 0.
	BatchSize       int // 256 if 0.
	// LearningRate is Adam's learning rate after a warm-up, at most 1, and 0.003 if it is 0. It
	// then falls to 0 along a cosine.
	LearningRate float64
	Seed         int64 // Determines everything random: weights, noise and the choice of images.

	// CheckpointDir, CheckpointEvery, MaxCheckpoints, Resume and AllowChanges are those of
	// meanflow.Config: the folder for checkpoints, none if it is empty; the epochs between them, 10
	// if it is 0; how many survive, all if it is 0; whether to go on from the newest; and whether
	// also with another configuration.
	CheckpointDir                   string
	CheckpointEvery, MaxCheckpoints int
	Resume, AllowChanges            bool

	// OnEpoch, if it is set, is called after each epoch with the current autoencoder, which it may
	// use during the call. An error from OnEpoch interrupts the training.
	OnEpoch func(*Autoencoder) error
	// ProgressWriter receives the progress, as meanflow.Config's does. Nil shows none.
	ProgressWriter io.Writer
	Backend        compute.Backend // The engine, backend.Default if nil.
}

// withDefaults fills in the default of each field that has its zero value.
func (c Config) withDefaults() Config {
	if c.Network == nil {
		c.Network = Dense{}
	}
	if c.Data != nil {
		setDefault(&c.CodeDim, min(16, c.Data.Dim()))
	}
	setDefault(&c.Noise, 0.1)
	setDefault(&c.Epochs, 60)
	setDefault(&c.BatchesPerEpoch, 100)
	setDefault(&c.BatchSize, 256)
	setDefault(&c.LearningRate, 0.003)
	setDefault(&c.CheckpointEvery, 10)
	if c.Noise == meanflow.None {
		c.Noise = 0
	}
	return c
}

// setDefault sets a field to its default if it is 0.
func setDefault[T int | float64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
