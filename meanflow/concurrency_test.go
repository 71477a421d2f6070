package meanflow_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// Trainings that run at once, in one process and on the same engine and data, give the same losses
// as each training alone.
func TestTrainingsAtOnce(t *testing.T) {
	points, err := datasets.FromPoints([][]float64{{1, 2}, {-1, 0}, {0, 2}})
	if err != nil {
		t.Fatal(err)
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		var configs []meanflow.Config
		for seed, data := range []meanflow.Data{datasets.Spiral{}, points, points} {
			config := small(engine)
			config.Seed, config.Data, config.CheckpointDir = int64(seed), data, t.TempDir()
			configs = append(configs, config)
		}
		together := make([]*meanflow.Model, len(configs))
		var running sync.WaitGroup
		for i, config := range configs {
			running.Go(func() {
				var err error
				if together[i], err = meanflow.Train(context.Background(), config); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		if t.Failed() {
			return
		}
		for i, config := range configs {
			config.CheckpointDir = ""
			if alone := train(t, config); !slices.Equal(together[i].Losses(), alone.Losses()) {
				t.Errorf("training %d: the losses are %v, alone %v",
					i, together[i].Losses(), alone.Losses())
			}
		}
	})
}

// Several goroutines can use a model, and a view of it, at once.
func TestModelIsSampledByManyAtOnce(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		config := small(engine)
		config.EMADecays = []float64{0.9}
		m := train(t, config)
		last, err := m.WithEMA(0) // The view shares the weights with m.
		if err != nil {
			t.Fatal(err)
		}
		call := func(i int) []float64 {
			n, steps := 10+i%3, 1+i%2
			trajectory, err := m.Trajectory(n, steps, 7)
			if err != nil {
				t.Error(err)
				return nil
			}
			points, err := m.Sample(n, steps, 7)
			if err != nil || !slices.Equal(concat(points), concat(trajectory[steps])) {
				t.Errorf("sampling %d: the samples are not the end of the trajectory (error %v)",
					i, err)
			}
			u, err := m.AverageVelocity(trajectory[0], 1, 0.5)
			if err != nil {
				t.Error(err)
			}
			likelihoods, err := m.LogLikelihood(trajectory[0], 2)
			if err != nil {
				t.Error(err)
			}
			options := meanflow.SampleOptions{
				Times: meanflow.UniformGrid(2),
				OnStep: func(float64, [][]float64) error {
					_, err := last.Sample(n, 1, 7) // OnStep may use the model that calls it.
					return err
				},
			}
			others, err := last.SampleWith(options, n, 7)
			if err != nil {
				t.Error(err)
			}
			return slices.Concat(concat(trajectory[steps]), concat(u), likelihoods, concat(others))
		}
		var alone [6][]float64
		for i := range alone {
			alone[i] = call(i)
		}
		var running sync.WaitGroup
		for i := range 24 {
			running.Go(func() {
				if !slices.Equal(call(i), alone[i%6]) {
					t.Errorf("sampling %d gives other results than alone", i)
				}
			})
		}
		running.Wait()
	})
}

// Train refuses a folder that another training uses, in the same process or in another one, and the
// first training is not affected.
func TestOneTrainingAFolder(t *testing.T) {
	const variable = "MEANFLOW_LOCK_TEST"
	config := small(enginetest.PureGo(t))
	if dir := os.Getenv(variable); dir != "" {
		config.CheckpointDir, config.Resume = dir, true
		_, err := meanflow.Train(context.Background(), config)
		check.Error(t, err, "Config.CheckpointDir", dir, "another training")
		return
	}
	config.CheckpointDir = filepath.Join(t.TempDir(), "shared")
	var tried sync.Once
	config.ProgressWriter = writerFunc(func(p []byte) (int, error) {
		tried.Do(func() {
			second := config
			second.Resume, second.ProgressWriter = true, nil
			_, err := meanflow.Train(context.Background(), second)
			check.Error(t, err, "Config.CheckpointDir", config.CheckpointDir, "another training")

			process := exec.Command(os.Args[0], "-test.run=^TestOneTrainingAFolder$")
			process.Env = append(os.Environ(), variable+"="+config.CheckpointDir)
			out, err := process.CombinedOutput()
			if err != nil || !strings.HasPrefix(string(out), "PASS") {
				t.Errorf("in another process: %v\n%s", err, out)
			}
		})
		return len(p), nil
	})
	want := train(t, config)
	config.Resume, config.ProgressWriter = true, nil
	if again := train(t, config); !slices.Equal(again.Losses(), want.Losses()) {
		t.Errorf("resuming after the first training gave the losses %v, want %v",
			again.Losses(), want.Losses())
	}
}
