package main

import (
	"context"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// mnist is the folder of MNIST's files.
const mnist = "notebooks/data/mnist"

// codeDim is the number of coordinates of a code, and codeCount the number of codes to draw from.
const codeDim, codeCount = 16, 60_000

// trainingDigits returns MNIST's training images, which it reads once.
var trainingDigits = sync.OnceValues(func() (meanflow.Data, error) {
	train, _, err := datasets.ReadMNIST(mnist)
	return train, err
})

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

// configOfDigits returns the configuration of a case's training: what is recommended for digits,
// conditioned on the class, with a residual MLP on codes or with a patch transformer on pixels.
func configOfDigits(c Case) (meanflow.Config, error) {
	read, net := randomCodes, network.Network(network.ResidualMLP{Width: c.Width})
	if c.Work == transformer || c.Work == sampledPixels {
		read, net = trainingDigits, network.PatchTransformer{
			Image: network.ImageShape{Height: 28, Width: 28}, Width: c.Width,
		}
	}
	data, err := read()
	if err != nil {
		return meanflow.Config{}, err
	}
	config := latent.Recommended(data)
	config.Network, config.Guidance = net, 1
	config.Coupling = meanflow.IndependentNoise() // The peers do not sort noise.
	return config, nil
}

// newDigitSampler makes a flow by a single step of batch size 1, and for digits an autoencoder.
func newDigitSampler(c Case) (sampler, error) {
	config, err := configOfDigits(c)
	if err != nil {
		return nil, err
	}
	config.Epochs, config.BatchesPerEpoch, config.BatchSize = 1, 1, 1
	flow, err := meanflow.Train(context.Background(), config)
	if err != nil {
		return nil, err
	}
	sample := flow.SampleWith
	if c.Work == digits {
		if sample, err = decoded(flow); err != nil {
			return nil, err
		}
	}
	return func(n, steps int, seed int64) ([][]float64, error) {
		return sample(meanflow.SampleOptions{Times: meanflow.UniformGrid(steps), Class: 1}, n, seed)
	}, nil
}

// decoded returns the sampling of a flow of codes with a decoder.
func decoded(flow *meanflow.Model) (
	sample func(o meanflow.SampleOptions, n int, seed int64) ([][]float64, error), err error,
) {
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
	m, err := latent.New(autoencoder, flow)
	if err != nil {
		return nil, err
	}
	return m.SampleWith, nil
}
