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

// regression returns the configuration of a linear regression y = a·x + b on points of y = 3x - 2,
// a training without a flow and without a network of this module.
func regression(backend compute.Backend) Config {
	line := func(scope *model.Scope, g *Graph) (a, b *Node) {
		scope = scope.At(NetworkScope)
		return scope.VariableWithValue("a", float32(0)).NodeValue(g),
			scope.VariableWithValue("b", float32(0)).NodeValue(g)
	}
	return Config{
		Engine: backend, Devices: 1, Store: model.NewStore(),
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

// line returns the trained a and b.
func line(t *testing.T, c Config) []float64 {
	t.Helper()
	var values []float64
	for _, name := range []string{"a", "b"} {
		value := c.Store.GetVariable("/" + NetworkScope + "/" + name).MustValue()
		values = append(values, check.Floats(value)...)
	}
	return values
}

// run trains and ends the test if Run returns an error.
func run(t *testing.T, c Config) State {
	t.Helper()
	state, _, err := Run(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// Run trains any loss, with examples drawn for each batch or ahead. A training that is interrupted
// and resumed has the same result to the last bit.
func TestAnyLossIsTrained(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, backend compute.Backend) {
		for _, drawsAhead := range []bool{false, true} {
			whole := regression(backend)
			whole.DrawsAhead = drawsAhead
			var progress bytes.Buffer
			whole.Progress = &progress
			state := run(t, whole)
			check.Close(t, "the line", line(t, whole), []float64{3, -2}, 0.01)
			if state.Epoch != 12 || len(state.Losses) != 12 ||
				strings.Count(progress.String(), "\n") != 12 {
				t.Errorf("the state is %+v and the progress %q, want 12 epochs in both",
					state, progress.String())
			}
			cut := regression(backend)
			cut.DrawsAhead, cut.CheckpointDir, cut.Resume = drawsAhead, t.TempDir(), true
			stop := errors.New("stop")
			cut.OnEpoch = func(s State) error {
				if s.Epoch == 7 {
					return stop
				}
				return nil
			}
			_, sound, err := Run(context.Background(), cut)
			if !sound || !errors.Is(err, stop) {
				t.Fatalf("got sound %v and the error %v, want true and %v", sound, err, stop)
			}
			cut.OnEpoch, cut.Store = nil, model.NewStore()
			resumed := run(t, cut)
			if !slices.Equal(resumed.Losses, state.Losses) ||
				!slices.Equal(line(t, cut), line(t, whole)) {
				t.Errorf("DrawsAhead %v: resumed, the line is %v and the losses %v; "+
					"uninterrupted, they are %v and %v",
					drawsAhead, line(t, cut), resumed.Losses, line(t, whole), state.Losses)
			}
		}
	})
}

// Resuming compares the number of epochs if and only if the loss depends on the progress.
func TestProgressIsPartOfTheRecipe(t *testing.T) {
	backend := enginetest.PureGo(t)
	plain := regression(backend)
	scheduled := regression(backend)
	loss := scheduled.Loss
	scheduled.Loss = func(
		scope *model.Scope, batch []*Node, progress *Node,
	) (weighted, squaredError *Node) {
		squaredError, _ = loss(scope, batch, progress)
		return Mul(squaredError, OneMinus(progress)), squaredError
	}
	for _, test := range []struct {
		config                   Config
		usesProgress, isWeighted bool
		epochs                   string
	}{
		{plain, false, false, "any number"},
		{scheduled, true, true, "12"},
	} {
		usesProgress, isWeighted, err := test.config.inspect()
		if err != nil || usesProgress != test.usesProgress || isWeighted != test.isWeighted {
			t.Errorf("inspect returns %v, %v and the error %v, want %v, %v and nil",
				usesProgress, isWeighted, err, test.usesProgress, test.isWeighted)
		}
		for _, field := range test.config.recipe(usesProgress) {
			if field.Name == "Config.Epochs" && field.Value != test.epochs {
				t.Errorf("the recipe has %q epochs, want %q", field.Value, test.epochs)
			}
		}
	}
}
