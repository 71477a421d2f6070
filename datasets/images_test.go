package datasets_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

var _ interface {
	meanflow.LabelledData
	meanflow.ConditionedData
	meanflow.FingerprintedData
	meanflow.DescribedData
	datasets.Labelled
} = (*datasets.Images)(nil)

// fiveImages returns five images of two pixels: 51·i and 51·i + 10 for image i, with the classes 1,
// 2, 3, 1 and 2 if they are labelled.
func fiveImages(t *testing.T, labelled bool) *datasets.Images {
	t.Helper()
	folder := t.TempDir()
	images := writeIDX(t, folder, "images", "\x08\x03", []int{5, 1, 2},
		"\x00\x0a\x33\x3d\x66\x70\x99\xa3\xcc\xd6", false)
	labels := ""
	if labelled {
		labels = writeIDX(t, folder, "labels", "\x08\x01", []int{5}, "\x00\x01\x02\x00\x01", false)
	}
	read, err := datasets.ReadIDX(images, labels)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// momentsOfPixels returns the mean and the deviation of all pixels, from 0 to 255. They are exact
// sums of integers.
func momentsOfPixels(images *datasets.Images) (mean, deviation float64) {
	var count, sum, squares int
	for i := range images.Len() {
		one, err := images.Select([]int{i})
		if err != nil {
			panic(err)
		}
		for _, x := range one.Points()[0] {
			pixel := int((x+1)*127.5 + 0.5)
			count, sum, squares = count+1, sum+pixel, squares+pixel*pixel
		}
	}
	mean = float64(sum) / float64(count)
	return mean, math.Sqrt(float64(squares)/float64(count) - mean*mean)
}

// TestSampleImages wants each image about equally often, on both engines the pixels of Points, and
// the class that belongs to them.
func TestSampleImages(t *testing.T) {
	images := fiveImages(t, true)
	points, labels := images.Points(), images.Labels()
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const n = 5000
		store := model.NewStore()
		defer store.Finalize()
		if err := store.SetRNGStateFromSeed(1); err != nil {
			t.Fatal(err)
		}
		drawn, err := model.CallOnceN(engine, store, func(scope *model.Scope, g *Graph) []*Node {
			points, classes := images.SampleLabelled(scope, g, n)
			if points.DType() != dtypes.Float32 || classes.DType() != dtypes.Int32 {
				t.Errorf("points are %s and classes %s", points.Shape(), classes.Shape())
			}
			return []*Node{points, classes}
		})
		if err != nil {
			t.Fatal(err)
		}
		counts := make([]float64, 5)
		classes := drawn[1].Value().([][]int32)
		for i, x := range drawn[0].Value().([][]float32) {
			index := int(math.Round((float64(x[0]) + 1) * 2.5)) // 51·i/127.5 - 1 for image i.
			counts[index]++
			if int(classes[i][0]) != labels[index] {
				t.Fatalf("image %d has class %d, want %d", index, classes[i][0], labels[index])
			}
			for k := range x {
				near(t, "pixel", float64(x[k]), points[index][k], 1e-7)
			}
		}
		for _, count := range counts {
			near(t, "count", count, n/5, 5*math.Sqrt(n*.2*.8)) // Five standard deviations.
		}
	})
}

func TestDrawImages(t *testing.T) {
	points, classes, err := datasets.DrawLabelled(fiveImages(t, true), 10, 1)
	if err != nil || len(points) != 10 || len(classes) != 10 {
		t.Errorf("%d points and %d classes, error %v", len(points), len(classes), err)
	}
	without := fiveImages(t, false)
	if _, err := datasets.Draw(without, 10, 1); err != nil {
		t.Error(err)
	}
	_, _, err = datasets.DrawLabelled(without, 10, 1)
	checkError(t, err, "the images have no classes", "ReadIDX", "ReadImages")
	config := meanflow.Config{Data: without, Guidance: 1}
	_, err = meanflow.Train(t.Context(), config)
	checkError(t, err, "Config.Data has 0 classes and 0 condition values")
}

func TestChooseImages(t *testing.T) {
	images := fiveImages(t, true)
	head := images.Head(2)
	if head.Len() != 2 || !slices.Equal(head.Labels(), []int{1, 2}) || head.Classes() != 3 {
		t.Errorf("Head(2) has %d images of the classes %v", head.Len(), head.Labels())
	}
	if all := images.Head(9); all.Len() != 5 || all.Fingerprint() != images.Fingerprint() {
		t.Errorf("Head(9) has %d images, want all 5", all.Len())
	}
	chosen, err := images.Select([]int{4, 0, 4})
	if err != nil {
		t.Fatal(err)
	}
	points, all := chosen.Points(), images.Points()
	if !slices.Equal(points[0], all[4]) || !slices.Equal(points[1], all[0]) ||
		!slices.Equal(points[2], all[4]) || !slices.Equal(chosen.Labels(), []int{2, 1, 2}) {
		t.Errorf("Select has the points %v of the classes %v", points, chosen.Labels())
	}
	for _, indices := range [][]int{nil, {0, 5}, {-1}} {
		_, err := images.Select(indices)
		checkError(t, err, "datasets: Select: indices")
	}
	without, err := fiveImages(t, false).Select([]int{1})
	if err != nil || without.Labels() != nil || without.Head(1).Labels() != nil {
		t.Errorf("classes %v, error %v, want no classes", without.Labels(), err)
	}
	defer func() {
		if recover() == nil {
			t.Error("Head(0) does not panic")
		}
	}()
	images.Head(0)
}

func TestFingerprintOfImages(t *testing.T) {
	images := fiveImages(t, true)
	base := images.Fingerprint()
	if start := "images, 5 × 1 × 2 × 1, sha256 "; len(base) != len(start)+16 ||
		base[:len(start)] != start {
		t.Errorf("%q, want %s and 16 digits", base, start)
	}
	if again := fiveImages(t, true).Fingerprint(); again != base {
		t.Errorf("%q for the same images, want %q", again, base)
	}
	other, err := images.Select([]int{1, 0, 2, 3, 4})
	if err != nil {
		t.Fatal(err)
	}
	same, err := images.Select([]int{0, 1, 2, 3, 4})
	if err != nil || same.Fingerprint() != base {
		t.Errorf("selected in their order: %q, error %v, want %q", same.Fingerprint(), err, base)
	}
	folder := t.TempDir()
	labelled := func(labels string) string {
		file := writeIDX(t, folder, "images", "\x08\x03", []int{2, 1, 1}, "ab", false)
		read, err := datasets.ReadIDX(file,
			writeIDX(t, folder, "labels", "\x08\x01", []int{2}, labels, false))
		if err != nil {
			t.Fatal(err)
		}
		return read.Fingerprint()
	}
	if labelled("\x00\x01") == labelled("\x01\x00") {
		t.Error("other classes, the same fingerprint")
	}
	for name, got := range map[string]string{
		"without classes": fiveImages(t, false).Fingerprint(), "order": other.Fingerprint(),
		"fewer": images.Head(4).Fingerprint(),
	} {
		if got == base {
			t.Errorf("%s: the same fingerprint", name)
		}
	}
}

func TestParseImageSchema(t *testing.T) {
	for _, images := range []*datasets.Images{fiveImages(t, true), fiveImages(t, false)} {
		description, err := images.Description()
		if err != nil {
			t.Fatal(err)
		}
		shape, err := datasets.ParseImageSchema(description)
		if err != nil || shape.Height != 1 || shape.Width != 2 || shape.Channels != 1 ||
			!slices.Equal(shape.Classes, images.ClassNames()) {
			t.Errorf("%s is parsed as %+v, error %v", description, shape, err)
		}
	}
	for description, word := range map[string]string{
		"{": "JSON", `{"columns":[]}`: "0 × 0",
		`{"height":1,"width":5000,"channels":1}`:                       "1 × 5000",
		`{"height":1,"width":1,"channels":2}`:                          "2 channels",
		`{"height":1,"width":1,"channels":3,"classes":["a","b","a"]} `: `"a"`,
	} {
		_, err := datasets.ParseImageSchema([]byte(description))
		checkError(t, err, "datasets: ParseImageSchema: ", word)
	}
}
