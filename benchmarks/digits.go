package main

import (
	"context"
	"math/rand/v2"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// mnist is the folder of MNIST's files.
const mnist = "notebooks/data/mnist"

// codeDim is the number of coordinates of a code, and codeCount the number of codes to draw from.
const codeDim, codeCount = 16, 60_000

// trainingDigits returns MNIST's training images.
func trainingDigits() (meanflow.Data, error) {
	train, _, err := datasets.ReadMNIST(mnist)
	return train, err
}

// randomCodes returns random numbers in place of codes, with ten classes: the numbers don't change
// how long a step takes.
func randomCodes() (meanflow.Data, error) {
	random := rand.New(rand.NewPCG(0, 0))
	points, classes := make([][]float64, codeCount), make([]int, codeCount)
	for i := range points {
		points[i], classes[i] = make([]float64, codeDim), 1+i%10
		for j := range points[i] {
			points[i][j] = random.NormFloat64()
		}
	}
	data, err := datasets.FromPoints(points)
	if err != nil {
		return nil, err
	}
	return data.WithClasses(classes, strings.Split("0123456789", ""))
}

// recommended returns the configuration that digits are recommended to be trained with, conditioned
// on the class, for data and a network.
func recommended(
	read func() (meanflow.Data, error), net network.Network,
) (meanflow.Config, error) {
	data, err := read()
	if err != nil {
		return meanflow.Config{}, err
	}
	config := latent.Recommended(data)
	config.Network, config.Guidance = net, 1
	config.Coupling = meanflow.IndependentNoise() // The peer does not sort noise.
	return config, nil
}

// newDigitSampler makes an autoencoder and a flow by a single step of batch size 1.
func newDigitSampler(c Case) (sampler, error) {
	images, err := trainingDigits()
	if err != nil {
		return nil, err
	}
	autoencoder, err := latent.Train(context.Background(), latent.Config{
		Data: images, CodeDim: codeDim, Epochs: 1, BatchesPerEpoch: 1, BatchSize: 1,
	})
	if err != nil {
		return nil, err
	}
	config, err := recommended(randomCodes, network.ResidualMLP{Width: c.Width})
	if err != nil {
		return nil, err
	}
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 1, 1
	flow, err := meanflow.Train(context.Background(), config)
	if err != nil {
		return nil, err
	}
	m, err := latent.New(autoencoder, flow)
	if err != nil {
		return nil, err
	}
	return func(n, steps int, seed int64) ([][]float64, error) {
		options := meanflow.SampleOptions{Times: meanflow.UniformGrid(steps), Class: 1}
		return m.SampleWith(options, n, seed)
	}, nil
}
