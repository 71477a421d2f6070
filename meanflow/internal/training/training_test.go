package training

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// regression trains y = a·x + b on points of y = 3x - 2: no flow, and no network of this module.
func regression(on compute.Backend) Config {
	line := func(scope *model.Scope, g *Graph) (a, b *Node) {
		scope = scope.At(NetworkScope)
		return scope.VariableWithValue("a", float32(0)).NodeValue(g),
			scope.VariableWithValue("b", float32(0)).NodeValue(g)
	}
	return Config{
		Engine: on, Devices: 1, Store: model.NewStore(),
		Build: func(scope *model.Scope, g *Graph) { line(scope, g) },
		Draw: func(scope *model.Scope, g *Graph, n int) []*Node {
			x := random.Normal(scope, g, n, 1)
			return []*Node{x, AddScalar(MulScalar(x, 3), -2)}
		},
		Loss: func(scope *model.Scope, batch []*Node, _ *Node) (loss, squaredError *Node) {
			a, b := line(scope, batch[0].Graph())
			loss = ReduceAllMean(Square(Sub(Add(Mul(batch[0], a), b), batch[1])))
			return loss, loss
		},
		Epochs: 12, BatchesPerEpoch: 30, BatchSize: 64, LearningRate: 0.05, CheckpointEvery: 5,
		ScheduleName: "none",
	}
}

func line(t *testing.T, c Config) []float64 {
	t.Helper()
	var values []float64
	for _, name := range []string{"a", "b"} {
		value := c.Store.GetVariable("/" + NetworkScope + "/" + name).MustValue()
		values = append(values, check.Floats(value)...)
	}
	return values
}

func run(t *testing.T, c Config) State {
	t.Helper()
	state, _, err := Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// Any loss can be trained, examples drawn for each batch or ahead; and interrupted and resumed, to
// the bit.
func TestAnyLossIsTrained(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, on compute.Backend) {
		for _, ahead := range []bool{false, true} {
			whole := regression(on)
			whole.DrawsAhead = ahead
			var progress bytes.Buffer
			whole.Progress = &progress
			state := run(t, whole)
			check.Close(t, "the line", line(t, whole), []float64{3, -2}, 0.01)
			if state.Epoch != 12 || len(state.Losses) != 12 ||
				strings.Count(progress.String(), "\n") != 12 {
				t.Errorf("%+v, progress %q", state, progress.String())
			}
			cut := regression(on)
			cut.DrawsAhead, cut.CheckpointDir, cut.Resume = ahead, t.TempDir(), true
			stop := errors.New("stop")
			cut.OnEpoch = func(s State) error {
				if s.Epoch == 7 {
					return stop
				}
				return nil
			}
			_, sound, err := Run(context.Background(), cut)
			if !sound || !errors.Is(err, stop) {
				t.Fatalf("sound %v, error %v", sound, err)
			}
			cut.OnEpoch, cut.Store = nil, model.NewStore()
			if resumed := run(t, cut); !slices.Equal(resumed.Losses, state.Losses) ||
				!slices.Equal(line(t, cut), line(t, whole)) {
				t.Errorf("ahead %v: resumed %v, losses %v; uninterrupted %v, %v", ahead,
					line(t, cut), resumed.Losses, line(t, whole), state.Losses)
			}
		}
	})
}

// A loss that changes with the progress makes the number of epochs part of what resuming compares,
// and only such a loss.
func TestProgressIsPartOfTheRecipe(t *testing.T) {
	on := enginetest.PureGo(t)
	plain := regression(on)
	scheduled := regression(on)
	loss := scheduled.Loss
	scheduled.Loss = func(scope *model.Scope, batch []*Node, progress *Node) (weighted,
		squaredError *Node) {
		squaredError, _ = loss(scope, batch, progress)
		return Mul(squaredError, OneMinus(progress)), squaredError
	}
	for _, test := range []struct {
		config                   Config
		usesProgress, isWeighted bool
		epochs                   string
	}{{plain, false, false, "any number"}, {scheduled, true, true, "12"}} {
		usesProgress, isWeighted, err := test.config.inspect()
		if err != nil || usesProgress != test.usesProgress || isWeighted != test.isWeighted {
			t.Errorf("uses progress %v, is weighted %v, %v: want %+v", usesProgress, isWeighted,
				err, test)
		}
		for _, field := range test.config.recipe(usesProgress) {
			if field.Name == "Config.Epochs" && field.Value != test.epochs {
				t.Errorf("epochs are %q in the recipe, want %q", field.Value, test.epochs)
			}
		}
	}
}
