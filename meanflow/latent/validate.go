package latent

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// Limits far beyond any sensible training. A larger number is a typing error.
const (
	maxDim       = 1 << 22
	maxEpochs    = 10_000_000
	maxBatchSize = 1 << 24
)

// validate checks a configuration whose defaults are filled in, and fills in its network's.
func (c *Config) validate() (err error) {
	if c.Data == nil {
		return errors.New("Config.Data is missing: set it to images, for instance of " +
			"datasets.ReadImages")
	}
	dim := c.Data.Dim()
	if dim < 1 || dim > maxDim {
		return fmt.Errorf("Config.Data has %d dimensions, it must have from 1 to %d", dim, maxDim)
	}
	for _, count := range []struct {
		field           string
		value, min, max int
	}{
		{"CodeDim", c.CodeDim, 1, dim},
		{"Epochs", c.Epochs, 1, maxEpochs},
		{"BatchesPerEpoch", c.BatchesPerEpoch, 1, maxEpochs},
		{"BatchSize", c.BatchSize, 1, maxBatchSize},
		{"CheckpointEvery", c.CheckpointEvery, 1, maxEpochs},
		{"MaxCheckpoints", c.MaxCheckpoints, 0, math.MaxInt},
	} {
		if count.value < count.min || count.value > count.max {
			return fmt.Errorf("Config.%s is %d, it must be from %d to %d",
				count.field, count.value, count.min, count.max)
		}
	}
	if !(c.LearningRate > 0 && c.LearningRate <= 1) { // NaN fails, too.
		return fmt.Errorf("Config.LearningRate is %v, it must be above 0 and at most 1",
			c.LearningRate)
	}
	if !(c.Noise >= 0 && c.Noise <= 10) {
		return fmt.Errorf("Config.Noise is %v, it must be above 0 and at most 10, or meanflow.None",
			c.Noise)
	}
	if c.Resume && c.CheckpointDir == "" {
		return errors.New("Config.Resume is set without a Config.CheckpointDir to resume from")
	}
	if c.Network, err = c.Network.complete(dim); err != nil {
		return fmt.Errorf("Config.Network: %w", err)
	}
	return nil
}

// inspect draws images and returns the text by which a checkpoint identifies them. It returns an
// error if they are not in [-1, 1]. It draws in pure Go whichever engine the training uses, so that
// the text does not depend on the engine.
func (c Config) inspect() (fingerprint string, err error) {
	pureGo, err := backend.PureGo()
	if err != nil {
		return "", err
	}
	const n = 256
	drawn, err := engine.DrawOnce(pureGo, func(scope *model.Scope, g *Graph) []*Node {
		return []*Node{c.draw(scope, g, n)}
	})
	if err != nil {
		return "", fmt.Errorf("Config.Data can't be sampled: %w", err)
	}
	images := drawn[0].Value().([][]float32)
	for _, image := range images {
		for _, value := range image {
			if !(math.Abs(float64(value)) <= 1) {
				return "", fmt.Errorf("Config.Data has the value %v: images must be in [-1, 1], "+
					"which those of datasets.Images are", value)
			}
		}
	}
	if data, ok := c.Data.(meanflow.FingerprintedData); ok {
		return data.Fingerprint(), nil
	}
	hash := sha256.New()
	fmt.Fprint(hash, images)
	return fmt.Sprintf("images drawn from it, sha256 %x", hash.Sum(nil)[:8]), nil
}
