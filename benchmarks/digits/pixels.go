package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/plotting"
)

const pixelsName = "mean flow of pixels"

// addPixels trains a patch transformer on pixels, without an autoencoder, adds the measures of its
// samples, and draws some. It goes on from checkpoints in a folder.
func (m *measure) addPixels(ctx context.Context, folder, picture string) error {
	config := latent.Recommended(m.train)
	config.Network = network.PatchTransformer{
		Image: network.ImageShape{Height: m.train.Height, Width: m.train.Width}, Patch: 7,
	}
	config.Coupling = meanflow.IndependentNoise()
	config.BatchSize, config.LearningRate = 64, 0.001
	if m.epochs > 0 {
		config.Epochs = m.epochs
	}
	config.EMADecays = []float64{0.999}
	config.CheckpointDir, config.CheckpointEvery, config.MaxCheckpoints = folder, 1, 2
	config.Resume, config.ProgressWriter = true, os.Stderr
	flow, err := meanflow.Train(ctx, config)
	if err != nil {
		return err
	}
	var panels []plotting.Panel
	for _, steps := range []int{1, 2, 5} {
		samples, classes, err := m.ofEachClass(flow, steps, 0)
		if err != nil {
			return err
		}
		if err := m.add(pixelsName, steps, samples, classes); err != nil {
			return err
		}
		grid := plotting.ImageGrid{RowLabels: m.train.ClassNames()}
		for class := range grid.RowLabels {
			grid.Images = append(grid.Images, samples[class*perClass:][:6]...)
		}
		panels = append(panels, plotting.Images(inSteps(steps), grid))
	}
	return plotting.Row(panels...).Save(filepath.Clean(picture))
}
