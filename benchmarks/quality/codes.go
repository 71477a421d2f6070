package main

import (
	"context"
	"math/rand/v2"

	"github.com/meanflow-go/meanflow/benchmarks/internal/digitmeasures"
	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

const mnistFolder = "notebooks/data/mnist"

// Names of measures in quality.json.
const (
	frechet   = "frechet"
	agreement = "agreement"
	nearest   = "nearest"
)

// digitCodes are an autoencoder's codes of MNIST's training images, with the digits as classes.
type digitCodes struct {
	digits      *digitmeasures.Digits
	autoencoder *latent.Autoencoder
	points      *datasets.Points
}

func (*digitCodes) name() string { return "digit codes" }

func (*digitCodes) kind() kind { return codes }

// open reads the digits and computes their codes at the first call.
func (w *digitCodes) open(ctx context.Context) (err error) {
	if w.points != nil {
		return nil
	}
	if w.digits, err = digitmeasures.Open(mnistFolder); err != nil {
		return err
	}
	if w.autoencoder, err = w.digits.Autoencoder(ctx); err != nil {
		return err
	}
	encoded, err := w.autoencoder.Encode(w.digits.TrainPoints)
	if err != nil {
		return err
	}
	points, err := datasets.FromPoints(encoded)
	if err != nil {
		return err
	}
	w.points, err = points.WithClasses(w.digits.Train.Labels(), w.digits.Train.ClassNames())
	return err
}

// dataFingerprint is that of the codes, so that results tell autoencoders apart.
func (w *digitCodes) dataFingerprint(ctx context.Context) (string, error) {
	if err := w.open(ctx); err != nil {
		return "", err
	}
	return w.points.Fingerprint(), nil
}

func (w *digitCodes) recommended(ctx context.Context, _ int64) (meanflow.Config, error) {
	if err := w.open(ctx); err != nil {
		return meanflow.Config{}, err
	}
	return latent.Recommended(w.points), nil
}

func (w *digitCodes) measure(m *meanflow.Model, steps int, seed int64) (measures, error) {
	joined, err := latent.New(w.autoencoder, m)
	if err != nil {
		return nil, err
	}
	options := meanflow.SampleOptions{Times: meanflow.UniformGrid(steps)}
	images, classes, err := w.digits.OfEachClass(joined, options, seed)
	if err != nil {
		return nil, err
	}
	return w.measureImages(images, classes)
}

func (w *digitCodes) measureImages(images [][]float64, classes []int) (measures, error) {
	m, err := w.digits.Measure(images, classes)
	if classes == nil {
		return measures{frechet: m.Frechet}, err
	}
	return measures{frechet: m.Frechet, agreement: m.Agreement, nearest: m.Nearest}, err
}

// references measures as many training images as there are test images, and images that went
// through the autoencoder.
func (w *digitCodes) references(ctx context.Context) ([]*reference, error) {
	if err := w.open(ctx); err != nil {
		return nil, err
	}
	var sample [][]float64
	random := rand.New(rand.NewPCG(0, 0))
	for _, i := range random.Perm(w.digits.Train.Len())[:w.digits.Test.Len()] {
		sample = append(sample, w.digits.TrainPoints[i])
	}
	decoded := func(images [][]float64) ([][]float64, error) {
		encoded, err := w.autoencoder.Encode(images)
		if err != nil {
			return nil, err
		}
		return w.autoencoder.Decode(encoded)
	}
	sampleDecoded, err := decoded(sample)
	if err != nil {
		return nil, err
	}
	testDecoded, err := decoded(w.digits.TestPoints)
	if err != nil {
		return nil, err
	}
	var all []*reference
	for _, set := range []struct {
		name   string
		images [][]float64
		labels []int
	}{
		{"training images", sample, nil},
		{"reconstructed training images", sampleDecoded, nil},
		{"reconstructed test images", testDecoded, w.digits.Test.Labels()},
	} {
		measured, err := w.measureImages(set.images, set.labels)
		if err != nil {
			return nil, err
		}
		all = append(all, &reference{Work: w.name(), Name: set.name, Measures: measured})
	}
	return all, nil
}

func (*digitCodes) columns() []column {
	return []column{
		{measure: frechet, title: "Fréchet distance", format: "%.2f"},
		{measure: agreement, title: "agreement", format: "%.3f"},
		{measure: nearest, title: "nearest", format: "%.2f"},
	}
}
