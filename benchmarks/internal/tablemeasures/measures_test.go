package tablemeasures

import (
	"math"
	"reflect"
	"testing"
)

const folder = "../../../datasets/testdata/scikit-learn"

// The halves of a table are those of the seed, without the column of classes, and together all
// rows.
func TestHalves(t *testing.T) {
	for _, test := range []struct {
		file      string
		rows, dim int // As the first line of the file says.
	}{{"wine_data.csv", 178, 13}, {"breast_cancer.csv", 569, 30}} {
		halves, err := Open(folder, test.file, 1)
		if err != nil {
			t.Fatal(err)
		}
		half, heldOut := halves.Half, halves.HeldOut
		if len(halves.rows) != test.rows || half.Dim() != test.dim ||
			half.Len()+heldOut.Len() != test.rows || heldOut.Len() != (test.rows+1)/2 {
			t.Errorf("%s has %d rows of %d, halves of %d and %d", test.file, len(halves.rows),
				half.Dim(), half.Len(), heldOut.Len())
		}
	}
}

// The half itself is as far from the other as the halves are, and the other is at 0. Two sets give
// the mean.
func TestMeasures(t *testing.T) {
	halves, err := Open(folder, "wine_data.csv", 0)
	if err != nil {
		t.Fatal(err)
	}
	half, heldOut := halves.Half.Rows(), halves.HeldOut.Rows()
	for _, test := range []struct {
		sets [][][]float64
		want float64
	}{
		{[][][]float64{half}, 1}, {[][][]float64{heldOut}, 0}, {[][][]float64{half, heldOut}, 0.5},
	} {
		got, err := halves.Measure(test.sets...)
		if err != nil || math.Abs(got.Wasserstein-test.want) > 1e-9 ||
			math.Abs(got.Energy-test.want) > 1e-9 {
			t.Errorf("the measures are %v, error %v, want %v", got, err, test.want)
		}
	}
}

// Columns have the mean 0 and the deviation 1 of all rows, and constant ones are 0.
func TestStandardized(t *testing.T) {
	all := [][]float64{{2, 7}, {4, 7}} // Mean 3, deviation 1.
	got := standardized([][]float64{{3, 7}, {6, 8}}, all)
	if want := [][]float64{{0, 0}, {3, 0}}; !reflect.DeepEqual(got, want) {
		t.Errorf("standardized rows are %v, want %v", got, want)
	}
	// The energy distance of two single points is twice their distance.
	halves := &Table{rows: [][]float64{{-1, -1}, {1, 1}}} // Standardized as they are.
	measured, err := halves.distances([][]float64{{0, 0}}, [][]float64{{3, 4}})
	if err != nil || math.Abs(measured.Energy-10) > 1e-9 {
		t.Errorf("the measures are %v, error %v, want an energy distance of 10", measured, err)
	}
}
