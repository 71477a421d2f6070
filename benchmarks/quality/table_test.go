package main

import (
	"context"
	"math"
	"reflect"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// The halves of a table are those of the seed, without the column of classes, and together all
// rows.
func TestHalves(t *testing.T) {
	t.Chdir("../..")
	for _, test := range []struct {
		name      string
		rows, dim int // As the first line of the file says.
	}{{"wine", 178, 13}, {"breast cancer", 569, 30}} {
		of := workByName(test.name).(table)
		all, half, heldOut, err := of.halves(1)
		if err != nil {
			t.Fatal(err)
		}
		if all.Len() != test.rows || all.Dim() != test.dim ||
			half.Len()+heldOut.Len() != test.rows || heldOut.Len() != (test.rows+1)/2 {
			t.Errorf("%s has %d rows of %d, halves of %d and %d", test.name, all.Len(), all.Dim(),
				half.Len(), heldOut.Len())
		}
		rows := func(seed int64) [][]float64 {
			config, err := of.recommended(context.Background(), seed)
			if err != nil {
				t.Fatal(err)
			}
			return config.Data.(*datasets.Points).Rows()
		}
		if !reflect.DeepEqual(rows(1), half.Rows()) || reflect.DeepEqual(rows(2), half.Rows()) {
			t.Errorf("%s: the training rows are not the half of the seed", test.name)
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
	// The energy distance of two single points is twice their distance, and of a set from itself 0.
	measured, err := distances([][]float64{{0, 0}}, [][]float64{{3, 4}}, 0)
	if err != nil || math.Abs(measured[energyRatio]-10) > 1e-9 {
		t.Errorf("the measures are %v, error %v, want an energy distance of 10", measured, err)
	}
}
