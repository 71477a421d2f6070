package catalogue

import (
	"errors"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// Open reads a safetensors file of either kind of model, and returns the one that it holds. A nil
// engine stands for backend.Default.
func Open(
	content []byte, engine compute.Backend,
) (points *meanflow.Model, images *latent.Model, err error) {
	points, err = meanflow.ReadSafetensors(content, meanflow.LoadOptions{Backend: engine})
	if err == nil {
		return points, nil, nil
	}
	images, imagesErr := latent.ReadSafetensors(content, engine)
	if imagesErr == nil {
		return nil, images, nil
	}
	return nil, nil, errors.Join(err, imagesErr)
}
