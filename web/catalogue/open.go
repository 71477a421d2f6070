package catalogue

import (
	"errors"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// Open reads a safetensors file of either kind of model, and returns the one that it holds.
func Open(content []byte) (points *meanflow.Model, images *latent.Model, err error) {
	points, err = meanflow.ReadSafetensors(content, meanflow.LoadOptions{})
	if err == nil {
		return points, nil, nil
	}
	images, imagesErr := latent.ReadSafetensors(content, nil)
	if imagesErr == nil {
		return nil, images, nil
	}
	return nil, nil, errors.Join(err, imagesErr)
}
