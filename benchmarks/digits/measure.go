package main

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits"
)

const (
	perClass     = 1000 // Samples of each digit: as many as test images in total.
	nearestCount = 1000 // Images whose nearest training image is searched for.
)

// measure trains and measures, and keeps the results of all seeds.
type measure struct {
	train, test  *datasets.Images
	classifier   *digits.Classifier
	epochs       int
	trainPoints  [][]float64
	testPoints   [][]float64
	testFeatures [][]float64
	report       report
}

// prepare computes what all seeds need.
func (m *measure) prepare() (err error) {
	m.trainPoints, m.testPoints = m.train.Points(), m.test.Points()
	m.testFeatures, err = m.classifier.Features(m.testPoints)
	return err
}

// addSeed trains with a seed and adds the measures.
func (m *measure) addSeed(ctx context.Context, seed int64) error {
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	var trainSample [][]float64
	for _, i := range random.Perm(m.train.Len())[:len(m.testPoints)] {
		trainSample = append(trainSample, m.trainPoints[i])
	}
	if err := m.add("training images", 0, trainSample, nil); err != nil {
		return err
	}
	begin := time.Now()
	autoencoder, err := latent.Train(ctx, latent.Config{Data: m.train, Seed: seed})
	if err != nil {
		return err
	}
	m.report.addSeconds("autoencoder", time.Since(begin))
	for _, set := range []struct {
		name   string
		images [][]float64
		labels []int
	}{
		{"reconstructed test images", m.testPoints, m.test.Labels()},
		{"reconstructed training images", trainSample, nil},
	} {
		codes, err := autoencoder.Encode(set.images)
		if err != nil {
			return err
		}
		decoded, err := autoencoder.Decode(codes)
		if err != nil {
			return err
		}
		if err := m.add(set.name, 0, decoded, set.labels); err != nil {
			return err
		}
	}
	codes, err := autoencoder.Encode(m.trainPoints)
	if err != nil {
		return err
	}
	points, err := datasets.FromPoints(codes)
	if err != nil {
		return err
	}
	if points, err = points.WithClasses(m.train.Labels(), m.train.ClassNames()); err != nil {
		return err
	}
	for _, flow := range []struct {
		objective meanflow.Objective
		steps     []int
	}{
		{nil, []int{1, 2, 5}}, // The recommended mean flow.
		{meanflow.FlowMatching{}, []int{1, 5, 100}},
	} {
		err := m.addFlow(ctx, autoencoder, points, flow.objective, flow.steps, seed)
		if err != nil {
			return err
		}
	}
	return nil
}

// addFlow trains a flow with an objective, the recommended one if it is nil, and adds the measures
// of its samples in numbers of steps.
func (m *measure) addFlow(
	ctx context.Context, autoencoder *latent.Autoencoder, codes *datasets.Points,
	objective meanflow.Objective, steps []int, seed int64,
) error {
	config := latent.Recommended(codes)
	config.Seed = seed
	if m.epochs > 0 {
		config.Epochs = m.epochs
	}
	if objective != nil {
		config.Objective = objective
	}
	begin := time.Now()
	flow, err := meanflow.Train(ctx, config)
	if err != nil {
		return err
	}
	m.report.addSeconds(config.Objective.Name(), time.Since(begin))
	model, err := latent.New(autoencoder, flow)
	if err != nil {
		return err
	}
	for _, n := range steps {
		samples, classes, err := m.ofEachClass(model, n, seed)
		if err != nil {
			return err
		}
		if err := m.add(config.Objective.Name(), n, samples, classes); err != nil {
			return err
		}
	}
	return nil
}

// sampler is a model of codes or of pixels.
type sampler interface {
	SampleWith(options meanflow.SampleOptions, n int, seed int64) ([][]float64, error)
}

// ofEachClass generates perClass images of each class, and returns their classes, too. Networks'
// pixels can lie a little beyond [-1, 1], where the classifier expects them.
func (m *measure) ofEachClass(
	model sampler, steps int, seed int64,
) (samples [][]float64, classes []int, err error) {
	for class := range m.train.Classes() {
		images, err := model.SampleWith(meanflow.SampleOptions{
			Times: meanflow.UniformGrid(steps), Class: class + 1,
		}, perClass, 100*seed+int64(class))
		if err != nil {
			return nil, nil, err
		}
		for _, image := range images {
			for i, x := range image {
				image[i] = max(-1, min(1, x))
			}
		}
		samples = append(samples, images...)
		classes = append(classes, slices.Repeat([]int{class + 1}, perClass)...)
	}
	return samples, classes, nil
}

// add measures images, with their classes or nil, and adds the results.
func (m *measure) add(name string, steps int, images [][]float64, classes []int) error {
	features, err := m.classifier.Features(images)
	if err != nil {
		return err
	}
	distance, err := metrics.Frechet(features, m.testFeatures)
	if err != nil {
		return err
	}
	r := m.report.row(name, steps)
	r.Frechet = append(r.Frechet, distance)
	if classes == nil {
		return nil
	}
	recognised, err := m.classifier.Classify(images)
	if err != nil {
		return err
	}
	agreement, err := metrics.Agreement(recognised, classes)
	if err != nil {
		return err
	}
	r.Agreement = append(r.Agreement, agreement)
	var chosen [][]float64 // Of all classes alike, if they are in order.
	for i := range nearestCount {
		chosen = append(chosen, images[i*len(images)/nearestCount])
	}
	_, distances, err := metrics.Nearest(chosen, m.trainPoints)
	if err != nil {
		return err
	}
	slices.Sort(distances)
	r.Nearest = append(r.Nearest, stat.Quantile(0.5, stat.Empirical, distances, nil))
	return nil
}
