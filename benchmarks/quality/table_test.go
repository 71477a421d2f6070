package main

import (
	"context"
	"reflect"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// A training learns the half of its seed.
func TestHalves(t *testing.T) {
	t.Chdir("../..")
	of := workByName("wine").(table)
	halves, err := of.open(1)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(seed int64) [][]float64 {
		config, err := of.recommended(context.Background(), seed)
		if err != nil {
			t.Fatal(err)
		}
		return config.Data.(*datasets.Points).Rows()
	}
	half := halves.Half.Rows()
	if !reflect.DeepEqual(rows(1), half) || reflect.DeepEqual(rows(2), half) {
		t.Error("the training rows are not the half of the seed")
	}
}
