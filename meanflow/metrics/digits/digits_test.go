package digits_test

import (
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// mnist returns MNIST's training and test images, which all tests share.
func mnist(t *testing.T) (train, test *datasets.Images) {
	t.Helper()
	read, err := readMNIST()
	if err != nil {
		t.Fatal(err)
	}
	return read[0], read[1]
}

var readMNIST = sync.OnceValues(func() ([2]*datasets.Images, error) {
	train, test, err := datasets.ReadMNIST("../../../notebooks/data/mnist")
	return [2]*datasets.Images{train, test}, err
})

func open(t *testing.T, engine compute.Backend) *digits.Classifier {
	t.Helper()
	classifier, err := digits.Open(engine)
	if err != nil {
		t.Fatal(err)
	}
	return classifier
}

// On all test images, in one call; 10,000 are not a multiple of the images that go to the engine at
// a time.
func TestAccuracy(t *testing.T) {
	_, test := mnist(t)
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		classes, err := open(t, engine).Classify(test.Points())
		if err != nil {
			t.Fatal(err)
		}
		accuracy, err := metrics.Agreement(classes, test.Labels())
		if err != nil {
			t.Fatal(err)
		}
		if accuracy < 0.985 {
			t.Errorf("%.4f of the images are classified correctly, want at least 0.985", accuracy)
		}
	})
}

// The features of an image are [128] and do not depend on the engine, nor on the images beside it.
func TestFeatures(t *testing.T) {
	_, test := mnist(t)
	images := test.Head(300).Points()
	want, err := open(t, enginetest.PureGo(t)).Features(images)
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != 300 || len(want[299]) != 128 || slices.Max(want[0]) <= 0 {
		t.Fatalf("got %d features [%d], up to %v; want 300 [128] above 0",
			len(want), len(want[299]), slices.Max(want[0]))
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		got, err := open(t, engine).Features(images[:100])
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, "the features of 100 images",
			slices.Concat(got...), slices.Concat(want[:100]...), 1e-5)
	})
}

// Of real digits, two sets are as close as the sizes allow: no set of images of one digit is.
func TestFeaturesTellDigitsApart(t *testing.T) {
	train, test := mnist(t)
	classifier := open(t, enginetest.PureGo(t))
	features := func(images *datasets.Images, only int) (chosen [][]float64) {
		all, err := classifier.Features(images.Points())
		if err != nil {
			t.Fatal(err)
		}
		for i, label := range images.Labels() {
			if only == 0 || label == only {
				chosen = append(chosen, all[i])
			}
		}
		return chosen
	}
	reference := features(train.Head(2000), 0)
	floor, err := metrics.Frechet(features(test.Head(2000), 0), reference)
	if err != nil {
		t.Fatal(err)
	}
	sevens, err := metrics.Frechet(features(test.Head(2000), 8), reference)
	if err != nil {
		t.Fatal(err)
	}
	if sevens < 10*floor {
		t.Errorf("the distance of sevens is %v, want 10 times that of all digits, %v",
			sevens, floor)
	}
}

func TestRefuses(t *testing.T) {
	classifier := open(t, enginetest.PureGo(t))
	image := func(pixels int, last float64) []float64 {
		values := make([]float64, pixels)
		values[pixels-1] = last
		return values
	}
	for want, wrong := range map[string][]float64{
		"images[1] has 10 pixels, it must have 784, 28 rows of 28": image(10, 0),
		"images[1][783] is 255, it must be from -1 to 1":           image(784, 255),
		"images[1][783] is NaN, it must be from -1 to 1":           image(784, math.NaN()),
	} {
		images := [][]float64{image(784, -1), wrong}
		_, err := classifier.Features(images)
		check.Error(t, err, "digits: Features: "+want)
		_, err = classifier.Classify(images)
		check.Error(t, err, "digits: Classify: "+want)
	}
	if features, err := classifier.Features(nil); len(features) != 0 || err != nil {
		t.Errorf("no images: got %v and the error %v, want no features", features, err)
	}
}
