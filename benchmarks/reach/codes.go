package main

import (
	"context"
	"path/filepath"

	"github.com/meanflow-go/meanflow/benchmarks/internal/digitmeasures"
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

const frechet = "frechet" // A measure in reach.json.

// manySteps is the Fréchet distance of digits in 100 steps of flow matching, after 8,000 training
// steps: the result of "flow matching on sorted pairs" in quality.json.
const manySteps = 5.393

// digitCodes are an autoencoder's codes of MNIST's training images, with the digits as classes.
type digitCodes struct {
	digits      *digitmeasures.Digits
	autoencoder *latent.Autoencoder
	scales      []scale.Column
	opened      data
}

func (*digitCodes) name() string { return "digit codes" }

func (*digitCodes) firstSteps() int { return 400 }

// open writes the codes, standardized and with their classes.
func (w *digitCodes) open(ctx context.Context, folder string) (_ data, err error) {
	if w.digits != nil {
		return w.opened, nil
	}
	digits, err := digitmeasures.Open("notebooks/data/mnist")
	if err != nil {
		return data{}, err
	}
	if w.autoencoder, err = digits.Autoencoder(ctx); err != nil {
		return data{}, err
	}
	codes, err := w.autoencoder.Encode(digits.TrainPoints)
	if err != nil {
		return data{}, err
	}
	points, err := datasets.FromPoints(codes)
	if err != nil {
		return data{}, err
	}
	if w.scales, _, err = points.Scale(); err != nil {
		return data{}, err
	}
	rows := toNetwork(w.scales, codes)
	for i, class := range digits.Train.Labels() {
		rows[i] = append(rows[i], float64(class))
	}
	w.opened = data{
		path: filepath.Join(folder, "codes.npy"), dim: points.Dim(),
		classes: digits.Train.Classes(), samples: digits.Test.Len(),
		fingerprint: points.Fingerprint(),
	}
	if err := writeRows(w.opened.path, rows); err != nil {
		return data{}, err
	}
	w.digits = digits
	return w.opened, nil
}

func (*digitCodes) asked() measures { return measures{frechet: 1.3 * manySteps} }

func (w *digitCodes) measure(samples [][]float64) (measures, error) {
	images, err := w.autoencoder.Decode(toUser(w.scales, samples))
	if err != nil {
		return nil, err
	}
	measured, err := w.digits.Measure(digitmeasures.Clipped(images), nil)
	return measures{frechet: measured.Frechet}, err
}

func (*digitCodes) columns() []column {
	return []column{{frechet, "Fréchet distance", "%.2f"}}
}
