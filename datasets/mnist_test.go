package datasets_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

const mnistFolder = "../notebooks/data/mnist"

// TestReadMNIST compares with what NumPy computes of the files: the mean and the deviation of all
// pixels, the numbers of images of each class, and a row of the first image.
func TestReadMNIST(t *testing.T) {
	train, test, err := datasets.ReadMNIST(mnistFolder)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []struct {
		images          *datasets.Images
		mean, deviation float64
		counts          []int
	}{
		{train, 33.318421449829934, 78.56748998339798,
			[]int{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}},
		{test, 33.791224489795916, 79.17246322228642,
			[]int{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009}},
	} {
		counts := make([]int, 10)
		for _, label := range part.images.Labels() {
			counts[label-1]++
		}
		if !slices.Equal(counts, part.counts) {
			t.Errorf("the classes have %v images, want %v", counts, part.counts)
		}
		mean, deviation := momentsOfPixels(part.images)
		near(t, "mean", mean, part.mean, 1e-9)
		near(t, "deviation", deviation, part.deviation, 1e-9)
	}
	row := []float64{0, 81, 240, 253, 253, 119, 25, 0}
	for k, x := range train.Head(1).Points()[0][14*28+12 : 14*28+20] {
		near(t, "pixel", x, row[k]/127.5-1, 1e-15)
	}
	names := []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
	if train.Height != 28 || train.Width != 28 || train.Channels != 1 || train.Dim() != 784 ||
		!slices.Equal(train.ClassNames(), names) || !slices.Equal(test.ClassNames(), names) {
		t.Errorf("shape %+v, want 28 × 28 × 1 and classes %q", train.Schema(), names)
	}
}

// TestReadMNISTFolder wants files to be found compressed or not, classes of one part to be those of
// both, and errors for missing files and another size.
func TestReadMNISTFolder(t *testing.T) {
	folder := t.TempDir()
	_, _, err := datasets.ReadMNIST(folder)
	checkReadError(t, err, "train-images-idx3-ubyte.gz is missing", "make setup", "data/mnist")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want fs.ErrNotExist", err)
	}
	writeIDX(t, folder, "train-images-idx3-ubyte", "\x08\x03", []int{2, 1, 1}, "ab", false)
	writeIDX(t, folder, "train-labels-idx1-ubyte.gz", "\x08\x01", []int{2}, "\x00\x02", true)
	writeIDX(t, folder, "t10k-images-idx3-ubyte.gz", "\x08\x03", []int{1, 1, 1}, "a", true)
	_, _, err = datasets.ReadMNIST(folder)
	checkReadError(t, err, "t10k-labels-idx1-ubyte.gz is missing")
	writeIDX(t, folder, "t10k-labels-idx1-ubyte", "\x08\x01", []int{1}, "\x00", false)
	train, test, err := datasets.ReadMNIST(folder)
	if err != nil || train.Classes() != 3 || test.Classes() != 3 || train.Len() != 2 {
		t.Errorf("%v and %v, error %v, want 3 classes in both", train, test, err)
	}
	writeIDX(t, folder, "t10k-images-idx3-ubyte.gz", "\x08\x03", []int{1, 1, 2}, "ab", true)
	_, _, err = datasets.ReadMNIST(folder)
	checkReadError(t, err, "test images are 1 × 2 × 1", "1 × 1 × 1")
	_, _, err = datasets.ReadMNIST(filepath.Join(folder, "none"))
	checkReadError(t, err, "none", "missing")
	if err := os.WriteFile(filepath.Join(folder, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	_, _, err = datasets.ReadMNIST(filepath.Join(folder, "file"))
	checkReadError(t, err, "not a directory")
}
