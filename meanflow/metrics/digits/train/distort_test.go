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
// their limits; they vary from image to image. Likewise, rows show d·x + e·y + f.
func TestDistort(t *testing.T) {
	const n, side = 200, perceptron.Side
	columns, rows := make([][]float32, n), make([][]float32, n)
	for i := range n {
		for k := range perceptron.Pixels {
			columns[i] = append(columns[i], float32(k%side))
			rows[i] = append(rows[i], float32(k/side))
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
	most := map[string]float64{}
	measure := func(images [][]float32, names [3]string, undistorted [3]float64) {
		distorted, err := exec.Call1(images)
		if err != nil {
			t.Fatal(err)
		}
		pixels := check.Floats(distorted)
		for i := range n {
			at := func(row, column int) float64 {
				return pixels[i*perceptron.Pixels+row*side+column]
			}
			ofX, ofY := at(10, 11)-at(10, 10), at(11, 10)-at(10, 10)
			shift := at(10, 10) + 3.5*(ofX+ofY) - 13.5 // The centre is at (13.5, 13.5).
			check.Close(t, "a pixel far from the others", []float64{at(17, 16)},
				[]float64{at(10, 10) + 6*ofX + 7*ofY}, 1e-4)
			for k, value := range []float64{ofX, ofY, shift} {
				most[names[k]] = max(most[names[k]], math.Abs(value-undistorted[k]))
			}
		}
	}
	measure(columns, [3]string{"a", "b", "c"}, [3]float64{1, 0, 0})
	measure(rows, [3]string{"d", "e", "f"}, [3]float64{0, 1, 0})
	for name, limit := range map[string]float64{
		"a": 1 - (1-maxStretch)*math.Cos(maxRotation),
		"b": (1 + maxStretch) * (maxShear + math.Sin(maxRotation)),
		"c": maxShift,
		"d": (1 + maxStretch) * math.Sin(maxRotation),
		"e": 1 - (1-maxStretch)*math.Cos(maxRotation),
		"f": maxShift,
	} {
		if most[name] > limit+1e-4 || most[name] < limit/2 {
			t.Errorf("the largest change of %s is %v, want at most %v and not much less",
				name, most[name], limit)
		}
	}
}
