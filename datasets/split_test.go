package datasets_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func TestSplit(t *testing.T) {
	points := make([][]float64, 1000)
	for i := range points {
		points[i] = []float64{float64(i), 0.5 * float64(i)}
	}
	own := fromPoints(t, points)
	rest, heldOut, err := own.Split(0.1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if heldOut.Len() != 100 || rest.Len() != 900 {
		t.Errorf("%d held out and %d left, want 100 and 900", heldOut.Len(), rest.Len())
	}
	if !slices.IsSortedFunc(heldOut.Rows(), slices.Compare) {
		t.Error("the points held out are in another order")
	}
	all := slices.Concat(rest.Rows(), heldOut.Rows())
	slices.SortFunc(all, slices.Compare)
	if !slices.EqualFunc(all, points, slices.Equal) {
		t.Error("both parts together are not the points")
	}
	again, _, _ := own.Split(0.1, 1)
	other, _, _ := own.Split(0.1, 2)
	if again.Fingerprint() != rest.Fingerprint() || other.Fingerprint() == rest.Fingerprint() {
		t.Error("the seed does not determine which points are held out")
	}
	for _, share := range []float64{0, -1, 1, 0.9999} {
		_, _, err := own.Split(share, 1)
		checkError(t, err, "Split", "share")
	}
}

// TestSplitKeepsTheSchema splits off a single row: all its numbers are integers, and there is one
// class and category only.
func TestSplitKeepsTheSchema(t *testing.T) {
	own := read(t, penguins, penguinRoles)
	want := own.Schema()
	for seed := range int64(5) {
		rest, heldOut, err := own.Split(0.2, seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []*datasets.Points{rest, heldOut} {
			got := part.Schema()
			if !reflect.DeepEqual(got.Label, want.Label) || part.Dim() != own.Dim() {
				t.Errorf("the schema is\n%v, want\n%v", got, want)
			}
			for k, column := range got.Columns {
				if column.Kind != want.Columns[k].Kind {
					t.Errorf("%v was %v", column, want.Columns[k])
				}
			}
			scales, _, err := part.Scale()
			if err != nil {
				t.Fatal(err)
			}
			var mean float64 // In the part's own units.
			for _, row := range part.Rows() {
				mean += scales[3].ToNetwork(row[3]) / float64(part.Len())
			}
			near(t, "mean", mean, 0, 1e-9)
			for _, row := range part.Rows() {
				for j, y := range row {
					near(t, "coordinate", scales[j].ToUser(scales[j].ToNetwork(y)), y, 1e-9)
				}
			}
		}
	}
}
