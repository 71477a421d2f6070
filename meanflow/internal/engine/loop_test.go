package engine_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// A step adds i·w to x, 5 to a count, and 1 to the variable w, which begins at 10. So the steps
// from 3 up to 7 give x = 3·10 + 4·11 + 5·12 + 6·13 and w = 14. Later runs go on with w.
func TestLoop(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, backend compute.Backend) {
		store := model.NewStore()
		w := store.RootScope().VariableWithValue("w", []float32{10})
		still := store.RootScope().VariableWithValue("still", []float32{5})
		body := func(i *Node, state []*Node) []*Node {
			g := i.Graph()
			x := Add(state[0], Mul(ConvertDType(i, state[0].DType()), w.NodeValue(g)))
			w.SetNodeValue(OnePlus(w.NodeValue(g)))
			return []*Node{x, Add(state[1], still.NodeValue(g))}
		}
		loop, err := engine.NewLoop(backend, store, store.RootScope(), body)
		if err != nil {
			t.Fatal(err)
		}
		defer loop.Finalize()
		for _, test := range []struct {
			first, last int
			x, count, w float64
		}{
			{3, 7, 3*10 + 4*11 + 5*12 + 6*13, 4 * 5, 14},
			{0, 1, 0, 5, 15},
			{1, 3, 15 + 2*16, 10, 17},
		} {
			state, err := loop.Run(test.first, test.last, []float32{0}, []float32{0})
			if err != nil {
				t.Fatal(err)
			}
			got := slices.Concat(check.Floats(state[0]), check.Floats(state[1]),
				check.Floats(w.MustValue()), check.Floats(still.MustValue()))
			check.Close(t, "x, the count, w and the constant variable",
				got, []float64{test.x, test.count, test.w, 5}, 0)
		}
	})
}

// Catch returns the errors, and panics with errors or texts as errors.
func TestCatch(t *testing.T) {
	thrown := errors.New("thrown")
	for _, run := range []func() error{
		func() error { return thrown },
		func() error { panic(thrown) },
	} {
		if err := engine.Catch(run); !errors.Is(err, thrown) {
			t.Errorf("got the error %v, want %v", err, thrown)
		}
	}
	check.Error(t, engine.Catch(func() error { panic("words") }), "words")
	if err := engine.Catch(func() error { return nil }); err != nil {
		t.Error(err)
	}
}
