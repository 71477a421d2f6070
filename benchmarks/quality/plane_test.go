package main

import (
	"math"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

// Points of the target itself, moved by a vector s, have the sliced Wasserstein distance ‖s‖/√2 in
// the plane: the mean of (θ·s)² over unit directions θ is ‖s‖²/2. All of them are off a support
// that is moved by more than its size.
func TestMovedPoints(t *testing.T) {
	checkerboard := newPlane("checkerboard")
	points, err := datasets.Draw(checkerboard, sampleSize, targetSeed)
	if err != nil {
		t.Fatal(err)
	}
	for _, point := range points {
		point[0] += 30
		point[1] -= 40
	}
	measured, err := checkerboard.measurePoints(points, 0)
	if err != nil {
		t.Fatal(err)
	}
	// The mean is over 512 random directions, with a relative standard error of 1/(2·√1024).
	want := 50 / math.Sqrt2
	if got := measured[slicedWasserstein]; math.Abs(got-want) > 0.06*want {
		t.Errorf("the distance is %v, want %v", got, want)
	}
	if got := measured[offSupport]; got != 1 {
		t.Errorf("the share off the support is %v, want 1", got)
	}
}
