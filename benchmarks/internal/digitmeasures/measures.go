// Package digitmeasures measures images of MNIST's digits: how close they are to the test images,
// whether they show the digit asked for, and whether they are copies.
package digitmeasures

import (
	"slices"

	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits"
)

const (
	// PerClass is the number of samples of each digit: as many as test images in total.
	PerClass     = 1000
	nearestCount = 1000 // Images whose nearest training image is searched for.
)

// Digits are MNIST's images, and the classifier that measures others like them.
type Digits struct {
	Train, Test  *datasets.Images
	TrainPoints  [][]float64 // [60,000][784], in [-1, 1].
	TestPoints   [][]float64 // [10,000][784], in [-1, 1].
	classifier   *digits.Classifier
	testFeatures [][]float64
}

// Measures are the measures of a set of images.
type Measures struct {
	// Frechet is the distance between the classifier's features of the images and those of the
	// test images.
	Frechet float64
	// Agreement is the share of images that the classifier takes for their class. 0 without
	// classes.
	Agreement float64
	// Nearest is the median distance of 1,000 of the images to the nearest of all training images,
	// for pixels in [-1, 1]. Copies would be at 0. It is 0 without classes.
	Nearest float64
}

// Open reads MNIST from a folder. The error names the file.
func Open(folder string) (*Digits, error) {
	train, test, err := datasets.ReadMNIST(folder)
	if err != nil {
		return nil, err
	}
	d := &Digits{
		Train: train, Test: test, TrainPoints: train.Points(), TestPoints: test.Points(),
	}
	if d.classifier, err = digits.Open(nil); err != nil {
		return nil, err
	}
	d.testFeatures, err = d.classifier.Features(d.TestPoints)
	return d, err
}

// Sampler is a model of codes or of pixels.
type Sampler interface {
	// SampleWith generates n images [n][784].
	SampleWith(options meanflow.SampleOptions, n int, seed int64) ([][]float64, error)
}

// OfEachClass generates PerClass images of each class with options, and returns their classes,
// too.
func (d *Digits) OfEachClass(
	model Sampler, options meanflow.SampleOptions, seed int64,
) (images [][]float64, classes []int, err error) {
	for class := range d.Train.Classes() {
		options.Class = class + 1
		ofClass, err := model.SampleWith(options, PerClass, 100*seed+int64(class))
		if err != nil {
			return nil, nil, err
		}
		images = append(images, Clipped(ofClass)...)
		classes = append(classes, slices.Repeat([]int{class + 1}, PerClass)...)
	}
	return images, classes, nil
}

// Clipped clips the pixels of images in place to [-1, 1], where the classifier expects them, and
// returns the images. Networks' pixels can lie a little beyond.
func Clipped(images [][]float64) [][]float64 {
	for _, image := range images {
		for i, x := range image {
			image[i] = max(-1, min(1, x))
		}
	}
	return images
}

// Measure measures images [n][784] with their classes [n]. With nil classes, it measures only the
// Fréchet distance.
func (d *Digits) Measure(images [][]float64, classes []int) (m Measures, err error) {
	features, err := d.classifier.Features(images)
	if err != nil {
		return m, err
	}
	if m.Frechet, err = metrics.Frechet(features, d.testFeatures); err != nil || classes == nil {
		return m, err
	}
	recognised, err := d.classifier.Classify(images)
	if err != nil {
		return m, err
	}
	if m.Agreement, err = metrics.Agreement(recognised, classes); err != nil {
		return m, err
	}
	var chosen [][]float64 // Of all classes alike, if they are in order.
	for i := range nearestCount {
		chosen = append(chosen, images[i*len(images)/nearestCount])
	}
	_, distances, err := metrics.Nearest(chosen, d.TrainPoints)
	if err != nil {
		return m, err
	}
	slices.Sort(distances)
	m.Nearest = stat.Quantile(0.5, stat.Empirical, distances, nil)
	return m, nil
}
