// Command train trains the models that the page has from the start, and writes them to a folder:
//
//	make web-models
//
// takes a quarter of an hour on two cores, with XLA. It leaves out models that the folder has, so
// it goes on after Ctrl-C.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/web/catalogue"
	"github.com/meanflow-go/meanflow/web/session"
)

func main() {
	folder := flag.String("out", "web/models", "`folder` for the models")
	mnist := flag.String("mnist", "notebooks/data/mnist", "`folder` with MNIST's files")
	flag.Parse()
	if err := run(meanflow.UntilInterrupted(), *folder, *mnist); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// model is a model to train.
type model struct {
	catalogue.Entry
	train func(ctx context.Context) (catalogue.Writer, error)
}

func run(ctx context.Context, folder, mnist string) error {
	var entries []catalogue.Entry
	for _, m := range append(plane(), digits(mnist)) {
		path := filepath.Join(folder, m.File)
		if _, err := os.Stat(path); err != nil {
			fmt.Fprintln(os.Stderr, m.Name)
			trained, err := m.train(ctx)
			if err != nil {
				return err
			}
			var content bytes.Buffer
			if err := trained.WriteSafetensors(&content); err != nil {
				return err
			}
			if err := os.WriteFile(path, content.Bytes(), 0o666); err != nil {
				return err
			}
		}
		entries = append(entries, m.Entry)
	}
	return catalogue.Write(folder, entries)
}

// planeSteps is the number of training steps of each model of the plane, of 2,048 points.
const planeSteps = 5_000

// plane are the models of the distributions that the page offers: of two recipes, and of all three
// for those of the tutorial.
func plane() (models []model) {
	for k, distribution := range []datasets.Distribution{
		datasets.Checkerboard{}, datasets.Crescent{}, datasets.Spiral{},
		datasets.TwoSpirals{}, datasets.Moons{}, datasets.Rings{},
	} {
		name, isOfTutorial := distribution.Name(), k < 3
		flow := meanflow.Config{Data: distribution, Objective: meanflow.FlowMatching{}}
		for recipe, config := range []meanflow.Config{
			flow, {Data: distribution}, meanflow.Recommended(distribution),
		} {
			recipe := session.Recipes[recipe]
			if recipe == "mean flow" && !isOfTutorial {
				continue
			}
			config.BatchesPerEpoch = 100
			config.Epochs, config.Seed = planeSteps/config.BatchesPerEpoch, 1
			config.ProgressWriter = os.Stderr
			models = append(models, model{
				catalogue.Entry{
					File: strings.ReplaceAll(name+" "+recipe, " ", "-") + ".safetensors",
					Name: name + ", " + recipe, Data: name, Recipe: recipe, Steps: planeSteps,
				},
				func(ctx context.Context) (catalogue.Writer, error) {
					return meanflow.Train(ctx, config)
				},
			})
		}
	}
	return models
}

// The guidance that the page can ask for, and the epochs of the flow, of 100 batches.
const (
	maxGuidance  = 3
	digitsEpochs = 120
)

// digits is the model of MNIST's digits. Its networks are half as wide as the defaults, so that it
// has 3 MB.
func digits(mnist string) model {
	entry := catalogue.Entry{
		File: "digits.safetensors", Name: "handwritten digits", Data: "digits",
		Recipe: "recommended", Steps: digitsEpochs * 100,
	}
	return model{entry, func(ctx context.Context) (catalogue.Writer, error) {
		train, _, err := datasets.ReadMNIST(mnist)
		if err != nil {
			return nil, err
		}
		autoencoder, err := latent.Train(ctx, latent.Config{
			Data: train, Network: latent.Dense{Widths: []int{256, 128}}, Epochs: 100, Seed: 1,
			ProgressWriter: os.Stderr,
		})
		if err != nil {
			return nil, err
		}
		encoded, err := autoencoder.Encode(train.Points())
		if err != nil {
			return nil, err
		}
		codes, err := datasets.FromPoints(encoded)
		if err != nil {
			return nil, err
		}
		if codes, err = codes.WithClasses(train.Labels(), train.ClassNames()); err != nil {
			return nil, err
		}
		config := latent.Recommended(codes)
		config.Network = network.ResidualMLP{Width: 128}
		config.MaxGuidance = maxGuidance
		config.Epochs, config.BatchesPerEpoch, config.Seed = digitsEpochs, 100, 1
		config.ProgressWriter = os.Stderr
		flow, err := meanflow.Train(ctx, config)
		if err != nil {
			return nil, err
		}
		return latent.New(autoencoder, flow)
	}}
}
