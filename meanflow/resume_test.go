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

// anonymous is data without a method Fingerprint: a Gaussian with the given standard deviation.
type anonymous float64

func (anonymous) Dim() int { return 2 }

func (a anonymous) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return MulScalar(datasets.Gaussian{}.Sample(scope, g, n), float64(a))
}

// resumable returns the configuration of two epochs that uses everything that resuming compares.
func resumable(t *testing.T) meanflow.Config {
	config := small(enginetest.PureGo(t))
	config.Data, config.CheckpointDir = anonymous(1), t.TempDir()
	config.Objective = meanflow.MeanFlow{
		FlowRatio: 0.5, Weight: meanflow.AdaptiveWeight{Power: 0.5},
	}
	config.Epochs, config.Schedule = 2, meanflow.CosineDecay()
	return config
}

// changes are changes of single fields, by the name that a MismatchError has for the field.
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
		c.Network = network.MLP{Width: 16, Depth: 3}
	},
	"Config.EMADecays": func(c *meanflow.Config) { c.EMADecays = []float64{0.9} },
	"Config.Data.Dim":  func(c *meanflow.Config) { c.Data = datasets.Gaussian{Dimensions: 3} },
	"what Config.Objective predicts": func(c *meanflow.Config) {
		c.Objective = meanflow.FlowMatching{}
	},
	"the number of classes": func(c *meanflow.Config) {
		c.Data, c.Guidance = datasets.Checkerboard{}, 1
	},
}

// fixed lists the fields that can't change when a training is resumed.
var fixed = []string{
	"Config.Network",
	"Config.EMADecays",
	"Config.Data.Dim",
	"what Config.Objective predicts",
	"the number of classes",
}

// Resuming with a changed field returns an error that names the field with both values, before
// anything is trained. With AllowChanges the training goes on with a warning, unless the field is
// fixed.
func TestResumeComparesTheConfiguration(t *testing.T) {
	original := resumable(t)
	train(t, original)
	for field, change := range changes {
		t.Run(field, func(t *testing.T) {
			config := original
			config.CheckpointDir, config.Resume = filepath.Join(t.TempDir(), "copy"), true
			files := os.DirFS(original.CheckpointDir)
			if err := os.CopyFS(config.CheckpointDir, files); err != nil {
				t.Fatal(err)
			}
			change(&config)
			config.OnEpoch = func(*meanflow.Model) error {
				t.Error("Train trained an epoch")
				return nil
			}
			_, err := meanflow.Train(context.Background(), config)
			var mismatch *meanflow.MismatchError
			if !errors.As(err, &mismatch) {
				t.Fatalf("got the error %v, want a MismatchError", err)
			}
			named := slices.ContainsFunc(mismatch.Differences, func(d meanflow.Difference) bool {
				return d.Field == field && d.Checkpoint != d.Now
			})
			path := filepath.Join(config.CheckpointDir, "epoch-000002")
			if !named || mismatch.Checkpoint != path {
				t.Errorf("the error names %+v of %s, want %s of %s",
					mismatch.Differences, mismatch.Checkpoint, field, path)
			}
			check.Error(t, err, "can't resume", field+" was ")

			config.AllowChanges, config.OnEpoch = true, nil
			config.Epochs = max(config.Epochs, 3)
			isFixed := slices.Contains(fixed, field)
			warning := withStandardError(t, func() {
				_, err = meanflow.Train(context.Background(), config)
			})
			switch {
			case isFixed && !errors.As(err, &mismatch):
				t.Errorf("with AllowChanges: got the error %v, want a MismatchError", err)
			case !isFixed && (err != nil || !strings.Contains(warning, field+" was ")):
				t.Errorf("with AllowChanges: got the error %v and the warning %q, want a warning "+
					"that names %s", err, warning, field)
			}
		})
	}
}

// A training that is resumed with another learning rate takes steps of the new length. Adam's steps
// are as long as the learning rate if the gradient is constant.
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
		t.Errorf("the warning is %q, want it to contain %q", warning, want)
	}
}

// The error names all fields that differ.
func TestResumeNamesAllDifferences(t *testing.T) {
	config := resumable(t)
	train(t, config)
	config.Resume, config.BatchSize, config.Seed, config.LearningRate = true, 16, 9, 0.1
	_, err := meanflow.Train(context.Background(), config)
	check.Error(t, err, "Config.BatchSize was 64, is 16", "Config.Seed was 0, is 9",
		"Config.LearningRate was 0.003, is 0.1", "Config.AllowChanges")
}

// A training in which nothing depends on the progress can be resumed for more epochs. Data made
// anew from the same points has the same fingerprint.
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
		t.Errorf("resumed to epoch %d, want 6", m.Epoch())
	}
	points[2][1] = 6.001
	if config.Data, err = datasets.FromPoints(points); err != nil {
		t.Fatal(err)
	}
	_, err = meanflow.Train(context.Background(), config)
	check.Error(t, err, "Config.Data was")
}

// Load and Train refuse a checkpoint of an earlier format.
func TestEarlierFormatIsRefused(t *testing.T) {
	config := resumable(t)
	train(t, config)
	file := filepath.Join(config.CheckpointDir, "epoch-000002", "meanflow.json")
	overwrite(t, file, `{"format": 2, "objective": "mean flow", "average_velocity": true}`)
	rewriteChecksums(t, filepath.Dir(file))
	_, err := meanflow.Load(config.CheckpointDir)
	check.Error(t, err, file, "format 2", "reads format 3", "train the model anew")
	config.Resume = true
	_, err = meanflow.Train(context.Background(), config)
	check.Error(t, err, file, "format 2")
}
