// Package check compares the results of tests with what they want.
package check

import (
	"math"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
)

// Close compares arrays element by element. The tolerance is relative to the largest absolute value
// in want, or to 1 if that is larger. what names the arrays in messages.
func Close(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	scale := 1.0
	for _, value := range want {
		scale = max(scale, math.Abs(value))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance*scale) {
			t.Errorf("%s: element %d is %v, want %v (tolerance %g of %g)",
				what, i, got[i], want[i], tolerance, scale)
			return
		}
	}
}

// Error checks that err is not nil and that its message contains each of the wanted texts.
func Error(t testing.TB, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want one with %q", wants)
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not contain %q:\n%v", want, err)
		}
	}
}

// Floats returns the flat content of a tensor of float32 or float64.
func Floats(tensor *tensors.Tensor) (values []float64) {
	if tensor.DType() == dtypes.Float32 {
		tensors.MustConstFlatData(tensor, func(flat []float32) {
			for _, value := range flat {
				values = append(values, float64(value))
			}
		})
		return values
	}
	tensors.MustConstFlatData(tensor, func(flat []float64) { values = append(values, flat...) })
	return values
}
