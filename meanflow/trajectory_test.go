package meanflow_test

import (
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// Noise is what Sample starts from, the first entry of Trajectory.
func TestNoise(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Epochs = meanflow.None
	m := train(t, config)
	noise, err := meanflow.Noise(7, 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(concat(noise), concat(noiseOf(t, m, 7, 5))) {
		t.Errorf("the noise is %v, Trajectory starts from %v", noise, noiseOf(t, m, 7, 5))
	}
	for _, wrong := range [][2]int{{0, 2}, {2, 0}, {1 << 40, 1 << 40}} {
		_, err := meanflow.Noise(wrong[0], wrong[1], 1)
		check.Error(t, err, "Noise", "n·dim")
	}
}

// TrajectoryWith begins with the noise in the data's units, x·20 + 100 here, ends with what
// SampleWith returns, and has the points that OnStep gets in between.
func TestTrajectoryWith(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.Epochs = 1
	points := [][]float64{{80}, {120}} // Mean 100, deviation 20.
	data, err := datasets.FromPoints(points)
	if err != nil {
		t.Fatal(err)
	}
	config.Data = data
	m := train(t, config)
	var between [][][]float64
	options := meanflow.SampleOptions{
		Times: []float64{1, 0.7, 0.2, 0}, Solver: meanflow.Heun,
		OnStep: func(_ float64, points [][]float64) error {
			between = append(between, points)
			return nil
		},
	}
	const n, seed = 5, 3
	path, err := m.TrajectoryWith(options, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	if len(path) != 4 {
		t.Fatalf("the trajectory has %d times, want 4", len(path))
	}
	noise, err := meanflow.Noise(n, 1, seed)
	if err != nil {
		t.Fatal(err)
	}
	for i, point := range path[0] {
		check.Close(t, "noise in the data's units", point, []float64{100 + 20*noise[i][0]}, 1e-5)
	}
	for k, points := range between {
		if !slices.Equal(concat(path[k+1]), concat(points)) {
			t.Errorf("entry %d is %v, OnStep got %v", k+1, path[k+1], points)
		}
	}
	options.OnStep = nil
	if !slices.Equal(concat(path[3]), concat(sampleWith(t, m, options, n, seed))) {
		t.Error("the last entry is not what SampleWith returns")
	}
	options.Times = []float64{0.5, 0}
	_, err = m.TrajectoryWith(options, n, seed)
	check.Error(t, err, "TrajectoryWith", "Times must begin with 1")
	_, err = m.TrajectoryWith(meanflow.SampleOptions{}, 150_000_000, seed)
	check.Error(t, err, "at 2 times")
	options.Noise = [][]float64{{1}}
	_, err = m.TrajectoryWith(options, n, seed)
	check.Error(t, err, "SampleOptions.Noise has 1 points")
}
