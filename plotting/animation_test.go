package plotting_test

import (
	"math/rand/v2"
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// TestFramesDifferByRounding animates frames with the same limits, whose sizes differ by rounding:
// by a dot for one of these.
func TestFramesDifferByRounding(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	panel := func() plotting.Panel {
		points := [][]float64{{random.NormFloat64(), random.NormFloat64()}}
		return plotting.Samples("1 point", points, points).Within(-3, 3)
	}
	var frames []plotting.Figure
	for range 200 {
		frames = append(frames, plotting.Grid(
			[]plotting.Panel{panel(), panel(), panel()},
			[]plotting.Panel{panel(), panel(), panel()}))
	}
	if _, err := (plotting.Animation{Frames: frames}).GIF(); err != nil {
		t.Error(err)
	}
}

// TestDotsAtTheEdge animates dots at different edges of a panel, which must not change its size.
func TestDotsAtTheEdge(t *testing.T) {
	var frames []plotting.Figure
	for _, points := range [][][]float64{{{0, 0}}, {{0, -3}, {0, 3}}, {{-3, 0}, {3, 0}}} {
		panel := plotting.Samples("some points", points, points).Within(-3, 3)
		row := []plotting.Panel{panel, panel}
		frames = append(frames, plotting.Grid(row, row))
	}
	if _, err := (plotting.Animation{Frames: frames}).GIF(); err != nil {
		t.Error(err)
	}
}
