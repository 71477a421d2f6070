package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/meanflow-go/meanflow/benchmarks/internal/digitmeasures"
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/plotting"
)

// train trains a patch transformer on the pixels of images. It goes on from checkpoints in a
// folder.
func train(
	ctx context.Context, images *datasets.Images, checkpoints string, epochs int,
) (*meanflow.Model, error) {
	config := latent.Recommended(images)
	config.Network = network.PatchTransformer{
		Image: network.ImageShape{Height: images.Height, Width: images.Width}, Patch: 7,
	}
	config.Coupling = meanflow.IndependentNoise()
	config.BatchSize, config.LearningRate = 64, 0.001
	if epochs > 0 {
		config.Epochs = epochs
	}
	config.EMADecays = []float64{0.999}
	config.CheckpointDir, config.CheckpointEvery, config.MaxCheckpoints = checkpoints, 1, 2
	config.Resume, config.ProgressWriter = true, os.Stderr
	return meanflow.Train(ctx, config)
}

// measure measures digits in one, two and five steps, and draws some.
func measure(
	digits *digitmeasures.Digits, flow *meanflow.Model, picture string,
) (measured report, err error) {
	var panels []plotting.Panel
	for _, steps := range []int{1, 2, 5} {
		options := meanflow.SampleOptions{Times: meanflow.UniformGrid(steps)}
		samples, classes, err := digits.OfEachClass(flow, options, 0)
		if err != nil {
			return report{}, err
		}
		m, err := digits.Measure(samples, classes)
		if err != nil {
			return report{}, err
		}
		measured.Rows = append(measured.Rows, row{steps, m.Frechet, m.Agreement, m.Nearest})
		grid := plotting.ImageGrid{RowLabels: digits.Train.ClassNames()}
		for class := range grid.RowLabels {
			grid.Images = append(grid.Images, samples[class*digitmeasures.PerClass:][:6]...)
		}
		panels = append(panels, plotting.Images(inSteps(steps), grid))
	}
	return measured, plotting.Row(panels...).Save(filepath.Clean(picture))
}

// inSteps is a number of steps with its noun.
func inSteps(steps int) string {
	if steps == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", steps)
}
