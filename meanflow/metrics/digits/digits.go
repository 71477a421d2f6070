// Package digits measures images of handwritten digits. Its [Classifier] was trained on MNIST's
// 60,000 training images, and classifies 98.9 % of the 10,000 test images correctly. Its weights
// are part of the package.
//
// The features of generated and of real images, compared by metrics.Frechet, say how close the
// distributions of the images are. The classes of images that were generated for a class, compared
// by metrics.Agreement, say how many can be recognised.
//
// Numbers depend on the classifier. Compare them only with numbers of this classifier, between sets
// of the same sizes.
package digits

import (
	_ "embed" // For the weights.
	"fmt"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits/internal/perceptron"
)

// weights are written by package train.
//
//go:embed weights.f32
var weights []byte

// Classifier is a network of three layers, 784 → 256 → 128 → 10, with max(x, 0) between them,
// trained on images that were shifted, rotated and stretched a little. Several goroutines may use
// it.
type Classifier struct{ network *perceptron.Network }

// Open makes a classifier that computes on an engine, or on the default engine if it is nil. Two
// engines give the same features up to a relative rounding error of about 1e-6. The error says that
// the default engine can't be opened.
func Open(engine compute.Backend) (*Classifier, error) {
	c, err := open(engine)
	if err != nil {
		return nil, fmt.Errorf("digits: Open: %w", err)
	}
	return c, nil
}

func open(engine compute.Backend) (_ *Classifier, err error) {
	if engine == nil {
		if engine, err = backend.Default(); err != nil {
			return nil, err
		}
	}
	network, err := perceptron.New(engine, weights)
	if err != nil {
		return nil, err
	}
	return &Classifier{network}, nil
}

// Features returns the outputs [n][128] of the last hidden layer, at least 0, for images [n][784]:
// 28 rows of 28 pixels, from -1, black, to 1, white. The digits are white on black, as in MNIST.
// The error names an image with another number of pixels or a value beyond [-1, 1].
func (c *Classifier) Features(images [][]float64) ([][]float64, error) {
	features, _, err := c.network.Apply(images)
	if err != nil {
		return nil, fmt.Errorf("digits: Features: %w", err)
	}
	return features, nil
}

// Classify returns the most probable classes [n] of images [n][784], which are those of Features:
// the digit d has the class d + 1. The error names an image with another number of pixels or a
// value beyond [-1, 1].
func (c *Classifier) Classify(images [][]float64) ([]int, error) {
	_, classes, err := c.network.Apply(images)
	if err != nil {
		return nil, fmt.Errorf("digits: Classify: %w", err)
	}
	return classes, nil
}
