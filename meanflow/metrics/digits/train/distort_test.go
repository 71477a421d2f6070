package main

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow/metrics/digits/internal/perceptron"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// The pixels of an image are their columns, which bilinear interpolation reproduces. So a distorted
// image shows the column that each of its pixels comes from, a·x + b·y + c, with the parameters in
// their limits; they vary from image to image.
func TestDistort(t *testing.T) {
	const n, side = 200, perceptron.Side
	images := make([][]float32, n)
	for i := range images {
		for k := range perceptron.Pixels {
			images[i] = append(images[i], float32(k%side))
		}
	}
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(enginetest.PureGo(t), store,
		func(scope *model.Scope, in []*Node) *Node { return distort(scope, in[0]) })
	if err != nil {
		t.Fatal(err)
	}
	defer exec.Finalize()
	distorted, err := exec.Call1(images)
	if err != nil {
		t.Fatal(err)
	}
	pixels := check.Floats(distorted)
	most := map[string]float64{}
	for i := range n {
		at := func(row, column int) float64 {
			return pixels[i*perceptron.Pixels+row*side+column]
		}
		a, b := at(10, 11)-at(10, 10), at(11, 10)-at(10, 10)
		centre := at(10, 10) + 3.5*(a+b)
		check.Close(t, "a pixel far from the others", []float64{at(17, 16)},
			[]float64{at(10, 10) + 6*a + 7*b}, 1e-4)
		for name, value := range map[string]float64{"a": a - 1, "b": b, "c": centre - 13.5} {
			most[name] = max(most[name], math.Abs(value))
		}
	}
	for name, limit := range map[string]float64{
		"a": 1 - (1-maxStretch)*math.Cos(maxRotation),
		"b": (1 + maxStretch) * (maxShear + math.Sin(maxRotation)),
		"c": maxShift,
	} {
		if most[name] > limit+1e-4 || most[name] < limit/2 {
			t.Errorf("the largest change of %s is %v, want at most %v and not much less",
				name, most[name], limit)
		}
	}
}
