package latent_test

import (
	"fmt"
	"log"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// From images to a model that generates images. Leave out the numbers of epochs and batches to
// train well.
func Example() {
	ctx := meanflow.UntilInterrupted()
	images := bumps{} // For instance those of datasets.ReadImages.
	autoencoder, err := latent.Train(ctx, latent.Config{
		Data: images, Epochs: 1, BatchesPerEpoch: 2,
	})
	if err != nil {
		log.Fatal(err)
	}
	codes, err := autoencoder.Encode(grid(10)) // For instance of Images.Points.
	if err != nil {
		log.Fatal(err)
	}
	points, err := datasets.FromPoints(codes)
	if err != nil {
		log.Fatal(err)
	}
	config := latent.Recommended(points)
	config.Epochs, config.BatchesPerEpoch = 1, 2
	flow, err := meanflow.Train(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	model, err := latent.New(autoencoder, flow)
	if err != nil {
		log.Fatal(err)
	}
	generated, err := model.Sample(3, 1, 42) // 3 images, 1 step, seed 42.
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(generated), "images of", len(generated[0]), "pixels")
	// Output: 3 images of 16 pixels
}
