package meanflow_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// anonymous is data without a fingerprint of its own: a Gaussian with this deviation.
type anonymous float64

func (anonymous) Dim() int { return 2 }

func (a anonymous) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return MulScalar(datasets.Gaussian{}.Sample(scope, g, n), float64(a))
}

// resumable is a training of two epochs with everything that resuming compares.
func resumable(t *testing.T) meanflow.Config {
	config := small(enginetest.PureGo(t))
	config.Data, config.CheckpointDir = anonymous(1), t.TempDir()
	config.Objective = meanflow.MeanFlow{FlowRatio: 0.5,
		Weight: meanflow.AdaptiveWeight{Power: 0.5}}
	config.Epochs, config.Schedule = 2, meanflow.CosineDecay()
	return config
}

// changes are what resuming compares, each changed alone.
var changes = map[string]func(c *meanflow.Config){
	"Config.Data": func(c *meanflow.Config) { c.Data = anonymous(1.001) },
	"Config.Objective": func(c *meanflow.Config) {
		c.Objective = meanflow.ImprovedMeanFlow{}
	},
	"Config.Coupling":        func(c *meanflow.Config) { c.Coupling = meanflow.SortedNoise() },
	"Config.Epochs":          func(c *meanflow.Config) { c.Epochs = 3 },
	"Config.BatchesPerEpoch": func(c *meanflow.Config) { c.BatchesPerEpoch = 4 },
	"Config.BatchSize":       func(c *meanflow.Config) { c.BatchSize = 32 },
	"Config.LearningRate":    func(c *meanflow.Config) { c.LearningRate = 0.01 },
	"Config.Schedule": func(c *meanflow.Config) {
		c.Schedule = meanflow.WithWarmUp(0.1, meanflow.CosineDecay())
	},
	"Config.Seed":       func(c *meanflow.Config) { c.Seed = 5 },
	"Config.ClipNorm":   func(c *meanflow.Config) { c.ClipNorm = 1 },
	"Config.JumpFactor": func(c *meanflow.Config) { c.JumpFactor = 10 },
	"Config.MaxSkipped": func(c *meanflow.Config) { c.MaxSkipped = 1 },
	"Config.Network": func(c *meanflow.Config) {
		c.Network = network.MLP{Width: 16,
			Depth: 3}
	},
	"Config.EMADecays": func(c *meanflow.Config) { c.EMADecays = []float64{0.9} },
	"Config.Data.Dim": func(c *meanflow.Config) {
		c.Data = datasets.Gaussian{Dimensions: 3}
	},
	"what Config.Objective predicts": func(c *meanflow.Config) {
		c.Objective = meanflow.FlowMatching{}
	},
	"the number of classes": func(c *meanflow.Config) {
		c.Data,
			c.Guidance = datasets.Checkerboard{}, 1
	},
}

// fixed are the fields that can't change when a training goes on.
var fixed = []string{"Config.Network", "Config.EMADecays", "Config.Data.Dim",
	"what Config.Objective predicts",
	"the number of classes"}

// Each field that differs is named with both values, and nothing is trained. With AllowChanges the
// training goes on and says what the change means, but for what can't change.
func TestResumeComparesTheConfiguration(t *testing.T) {
	original := resumable(t)
	train(t, original)
	for field, change := range changes {
		t.Run(field, func(t *testing.T) {
			config := original
			config.CheckpointDir, config.Resume = filepath.Join(t.TempDir(), "copy"), true
			if err := os.CopyFS(config.CheckpointDir,
				os.DirFS(original.CheckpointDir)); err != nil {
				t.Fatal(err)
			}
			change(&config)
			config.OnEpoch = func(*meanflow.Model) error {
				t.Error("it was trained")
				return nil
			}
			_, err := meanflow.Train(context.Background(), config)
			var mismatch *meanflow.MismatchError
			if !errors.As(err, &mismatch) {
				t.Fatalf("error %v, want a MismatchError", err)
			}
			named := slices.ContainsFunc(mismatch.Differences, func(d meanflow.Difference) bool {
				return d.Field == field && d.Checkpoint != d.Now
			})
			if !named || mismatch.Checkpoint != filepath.Join(config.CheckpointDir,
				"epoch-000002") {
				t.Errorf("the error names %+v of %s", mismatch.Differences, mismatch.Checkpoint)
			}
			check.Error(t, err, "can't resume", field+" was ")

			config.AllowChanges, config.OnEpoch = true, nil
			config.Epochs = max(config.Epochs, 3)
			isFixed := slices.Contains(fixed, field)
			warning := withStandardError(t, func() {
				_,
					err = meanflow.Train(context.Background(), config)
			})
			switch {
			case isFixed && !errors.As(err, &mismatch):
				t.Errorf("with AllowChanges: %v, want a MismatchError", err)
			case !isFixed && (err != nil || !strings.Contains(warning, field+" was ")):
				t.Errorf("with AllowChanges: %v, warning %q", err, warning)
			}
		})
	}
}

// A training that goes on with another learning rate takes steps of the new length: by Adam, for a
// gradient that does not change, the learning rate each.
func TestResumeWithAnotherLearningRate(t *testing.T) {
	config := oneWeight(enginetest.PureGo(t))
	config.Objective, config.CheckpointDir, config.BatchesPerEpoch = steady{}, t.TempDir(), 10
	config.LearningRate = 0.01
	train(t, config)
	config.Resume, config.AllowChanges, config.Epochs, config.LearningRate = true, true, 2, 0.001
	warning := withStandardError(t, func() {
		checkWeight(t, train(t, config), 1-10*0.01-10*0.001)
	})
	if want := "Config.LearningRate was 0.01, is 0.001"; !strings.Contains(warning, want) {
		t.Errorf("warning %q, want something about %q", warning, want)
	}
}

// Several differences are named at once.
func TestResumeNamesAllDifferences(t *testing.T) {
	config := resumable(t)
	train(t, config)
	config.Resume, config.BatchSize, config.Seed, config.LearningRate = true, 16, 9, 0.1
	_, err := meanflow.Train(context.Background(), config)
	check.Error(t, err, "Config.BatchSize was 64, is 16", "Config.Seed was 0, is 9",
		"Config.LearningRate was 0.003, is 0.1",
		"Config.AllowChanges")
}

// Without anything that depends on the progress, a training can go on for more epochs. The data's
// fingerprint is that of the same data made anew.
func TestResumeForMoreEpochs(t *testing.T) {
	config := small(enginetest.PureGo(t))
	points := [][]float64{{1, 2}, {3, 4}, {5, 6}}
	var err error
	if config.Data, err = datasets.FromPoints(points); err != nil {
		t.Fatal(err)
	}
	config.CheckpointDir = t.TempDir()
	train(t, config)
	config.Resume, config.Epochs = true, 6
	if config.Data, err = datasets.FromPoints(points); err != nil {
		t.Fatal(err)
	}
	if m := train(t, config); m.Epoch() != 6 {
		t.Errorf("resumed to epoch %d", m.Epoch())
	}
	points[2][1] = 6.001
	if config.Data, err = datasets.FromPoints(points); err != nil {
		t.Fatal(err)
	}
	_, err = meanflow.Train(context.Background(), config)
	check.Error(t, err, "Config.Data was")
}

// Format 2 was that of earlier versions.
func TestFormatOfBeforeIsRefused(t *testing.T) {
	config := resumable(t)
	train(t, config)
	file := filepath.Join(config.CheckpointDir, "epoch-000002", "meanflow.json")
	overwrite(t, file, `{"format": 2, "objective": "mean flow", "average_velocity": true}`)
	sumUp(t, filepath.Dir(file))
	_, err := meanflow.Load(config.CheckpointDir)
	check.Error(t, err, file, "format 2", "reads format 3", "train the model anew")
	config.Resume = true
	_, err = meanflow.Train(context.Background(), config)
	check.Error(t, err, file, "format 2")
}
