package meanflow_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// PyTorch's nn.Linear starts weights and biases uniform in ±1/√inputs: the largest is near that bound,
// the mean is 0 and the variance a third of its square.
func TestInitialWeights(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := seededStore(t, 1)
		_, err := model.CallOnce(engine, store, func(scope *model.Scope, g *Graph) *Node {
			x, time := Zeros(g, shapes.Make(dtypes.Float32, 2, 3)), Zeros(g, shapes.Make(dtypes.Float32, 2, 1))
			return meanflow.MLP{Width: 100, Depth: 3}.Velocity(scope, x, time, time)
		})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]struct {
			dims   []int
			inputs float64
		}{
			"/hidden_0/weights": {[]int{5, 100}, 5},
			"/hidden_0/biases":  {[]int{100}, 5},
			"/hidden_1/weights": {[]int{100, 100}, 100},
			"/hidden_1/biases":  {[]int{100}, 100},
			"/hidden_2/weights": {[]int{100, 100}, 100},
			"/hidden_2/biases":  {[]int{100}, 100},
			"/output/weights":   {[]int{100, 3}, 100},
			"/output/biases":    {[]int{3}, 100},
		}
		found := 0
		for variable := range store.RootScope().IterVariables() {
			expected, ok := want[variable.Path()]
			if !ok {
				continue // The random state.
			}
			found++
			if !slices.Equal(variable.Shape().Dimensions, expected.dims) {
				t.Errorf("%s is %v, want %v", variable.Path(), variable.Shape().Dimensions, expected.dims)
			}
			// In units of the bound: uniform in ±1.
			values := floats(variable.MustValue())
			var squares []float64
			for i := range values {
				values[i] *= math.Sqrt(expected.inputs)
				squares = append(squares, values[i]*values[i])
			}
			if slices.Max(values) > 1.0001 || slices.Min(values) < -1.0001 {
				t.Errorf("%s reaches from %v to %v of the bound", variable.Path(), slices.Min(values), slices.Max(values))
			}
			n := float64(len(values))
			// Five standard deviations: of uniform numbers √(1/3), of their squares √(4/45).
			checkClose(t, variable.Path()+", mean", []float64{mean(values)}, []float64{0}, 5*math.Sqrt(1/3./n))
			checkClose(t, variable.Path()+", variance", []float64{mean(squares)}, []float64{1. / 3}, 5*math.Sqrt(4/45./n))
		}
		if found != len(want) {
			t.Errorf("%d arrays of weights, want %d", found, len(want))
		}
	})
}

func TestTheNetworksSize(t *testing.T) {
	store := seededStore(t, 1)
	lossOf(t, enginetest.PureGo(t), store, meanflow.FlowMatching{}, batchOf(2, false)) // The zero MLP.
	// 4·64 + 64 for the input, three times 64·64 + 64, and 64·2 + 2.
	if got, want := store.RootScope().At("network").NumParameters(), 4*64+64+3*(64*64+64)+64*2+2; got != want {
		t.Errorf("%d weights, want %d", got, want)
	}
}
