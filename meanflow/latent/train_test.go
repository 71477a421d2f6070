package latent_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// Each network learns images that two numbers tell apart: the error of its reconstructions is a
// fifth of the images' variance, or less. Codes have a mean square of 1.
func TestReconstruction(t *testing.T) {
	images := grid(12)
	for _, network := range []latent.Network{
		latent.Dense{Widths: []int{32}},
		latent.Convolutional{Height: 4, Width: 4, Filters: []int{8}},
	} {
		t.Run(fmt.Sprintf("%T", network), func(t *testing.T) {
			each := enginetest.Each
			if _, ok := network.(latent.Convolutional); ok { // XLA compiles it for seconds.
				each = func(t *testing.T, test func(t *testing.T, engine compute.Backend)) {
					test(t, enginetest.PureGo(t))
				}
			}
			each(t, func(t *testing.T, engine compute.Backend) {
				config := small(engine)
				config.Network = network
				a := train(t, config)
				codes := encode(t, a, images)
				decoded, err := a.Decode(codes)
				if err != nil {
					t.Fatal(err)
				}
				var all []float64
				wrong := 0.
				for i, image := range images {
					all = append(all, image...)
					for j, x := range image {
						wrong += (decoded[i][j] - x) * (decoded[i][j] - x) / float64(16*len(images))
						if !(math.Abs(decoded[i][j]) <= 1) {
							t.Fatalf("a pixel is %v, it must be in [-1, 1]", decoded[i][j])
						}
					}
				}
				if share := wrong / variance(all); !(share < 0.2) {
					t.Errorf("the error is %.3f of the images' variance, want 0.2 at most", share)
				}
				for i, code := range codes {
					meanSquare := 0.
					for _, x := range code {
						meanSquare += x * x / float64(len(code))
					}
					if math.Abs(meanSquare-1) > 1e-3 {
						t.Fatalf("code %d has the mean square %v, want 1", i, meanSquare)
					}
				}
			})
		})
	}
}

func variance(numbers []float64) float64 {
	mean, sum := 0., 0.
	for _, x := range numbers {
		mean += x / float64(len(numbers))
	}
	for _, x := range numbers {
		sum += (x - mean) * (x - mean)
	}
	return sum / float64(len(numbers))
}

// A training that was interrupted twice, within an epoch and after one, gives the same autoencoder
// to the last bit as one that was not.
func TestResumesToTheBit(t *testing.T) {
	config := small(enginetest.PureGo(t))
	want := encode(t, train(t, config), grid(3))

	config.CheckpointDir, config.Resume = filepath.Join(t.TempDir(), "autoencoder"), true
	stop := errors.New("enough")
	config.OnEpoch = func(a *latent.Autoencoder) error {
		if a.Epoch() == 2 {
			encode(t, a, grid(2)) // The autoencoder in training can be used.
			return stop
		}
		return nil
	}
	_, err := latent.Train(t.Context(), config)
	var interrupted *meanflow.InterruptedError
	if !errors.As(err, &interrupted) || !errors.Is(err, stop) || interrupted.Epoch != 2 {
		t.Fatalf("the error is %v, want an interruption after epoch 2", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	config.OnEpoch = func(a *latent.Autoencoder) error {
		if a.Epoch() == 4 {
			cancel()
		}
		return nil
	}
	if _, err = latent.Train(ctx, config); !errors.As(err, &interrupted) {
		t.Fatalf("the error is %v, want an interruption", err)
	}
	config.OnEpoch = nil
	got := encode(t, train(t, config), grid(3))
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Fatalf("code %d is %v, without interruption %v", i, got[i], want[i])
		}
	}
}

// Resuming names each field that differs from the checkpoint's.
func TestResumeComparesTheConfiguration(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.CheckpointDir, config.Epochs = filepath.Join(t.TempDir(), "autoencoder"), 1
	train(t, config)
	config.Resume = true
	config.Noise, config.CodeDim, config.Network = 0.5, 3, latent.Dense{Widths: []int{31}}
	_, err := latent.Train(t.Context(), config)
	var mismatch *meanflow.MismatchError
	if !errors.As(err, &mismatch) {
		t.Fatalf("the error is %v, want a MismatchError", err)
	}
	var fields []string
	for _, difference := range mismatch.Differences {
		fields = append(fields, difference.Field)
	}
	want := []string{"Config.CodeDim", "Config.Network", "Config.Noise"}
	if !slices.Equal(fields, want) || mismatch.Changeable {
		t.Errorf("the fields are %v, changeable %v; want %v, false",
			fields, mismatch.Changeable, want)
	}
}

// bad is data that can't be trained on.
type bad struct {
	dim, columns int
	value        float64
}

func (b bad) Dim() int { return b.dim }

func (b bad) Sample(_ *model.Scope, g *Graph, n int) *Node {
	return BroadcastToDims(Const(g, float32(b.value)), n, b.columns)
}

func TestTrainRefuses(t *testing.T) {
	wide, err := datasets.FromPoints([][]float64{{0, 1}, {200, 3}, {4, 900}})
	if err != nil {
		t.Fatal(err)
	}
	with := func(data meanflow.Data) func(c *latent.Config) {
		return func(c *latent.Config) { c.Data, c.CodeDim = data, 2 }
	}
	by := func(network latent.Network) func(c *latent.Config) {
		return func(c *latent.Config) { c.Network = network }
	}
	const shape = "samples images as (Float32)[256, 5], they must be (Float32)[256, 4]"
	for want, change := range map[string]func(c *latent.Config){
		"Config.Data is missing":       with(nil),
		"Config.Data has 0 dimensions": with(bad{}),
		shape:                          with(bad{4, 5, 0}),
		"has the value 1.5: images must be in [-1, 1]": with(bad{4, 4, 1.5}),
		"has the value NaN":                            with(bad{4, 4, math.NaN()}),
		"images must be in":                            with(wide),
		"Config.CodeDim is 17":                         func(c *latent.Config) { c.CodeDim = 17 },
		"Config.Epochs is -1":                          func(c *latent.Config) { c.Epochs = -1 },
		"Config.BatchSize is -1":                       func(c *latent.Config) { c.BatchSize = -1 },
		"Config.LearningRate is NaN": func(c *latent.Config) {
			c.LearningRate = math.NaN()
		},
		"Config.Noise is -2":           func(c *latent.Config) { c.Noise = -2 },
		"Config.Resume is set without": func(c *latent.Config) { c.Resume = true },
		"Dense.Widths[1] is 0":         by(latent.Dense{Widths: []int{3, 0}}),
		"Dense.Widths has 0 layers":    by(latent.Dense{Widths: []int{}}),
		"images of 5 × 4 × 1 numbers":  by(latent.Convolutional{Height: 5, Width: 4}),
		"Height 0, Width 4":            by(latent.Convolutional{Width: 4}),
		"halves 4 × 4 images 3 times": by(latent.Convolutional{
			Height: 4, Width: 4, Filters: []int{1, 1, 1},
		}),
	} {
		config := small(enginetest.PureGo(t))
		change(&config)
		_, err := latent.Train(t.Context(), config)
		check.Error(t, err, want)
		if err != nil && len(strings.TrimPrefix(err.Error(), "latent: Train: ")) > 200 {
			t.Errorf("the error has more than 200 characters: %v", err)
		}
	}
}
