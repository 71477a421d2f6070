package network_test

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Weights and biases begin uniform in ±1/√inputs, as in PyTorch's nn.Linear: none exceeds that
// bound, their mean is 0 and their variance a third of its square.
func TestInitialWeights(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := seededStore(t, 1)
		_, err := model.CallOnce(engine, store, func(scope *model.Scope, g *Graph) *Node {
			x := Zeros(g, shapes.Make(dtypes.Float32, 2, 3))
			time := Zeros(g, shapes.Make(dtypes.Float32, 2, 1))
			in := network.Input{X: x, T: time, R: time}
			return network.MLP{Width: 100, Depth: 3}.Velocity(scope, in)
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
				t.Errorf("%s has the dimensions %v, want %v",
					variable.Path(), variable.Shape().Dimensions, expected.dims)
			}
			// Divided by the bound, the values are uniform in ±1.
			values := check.Floats(variable.MustValue())
			var squares []float64
			for i := range values {
				values[i] *= math.Sqrt(expected.inputs)
				squares = append(squares, values[i]*values[i])
			}
			if slices.Max(values) > 1.0001 || slices.Min(values) < -1.0001 {
				t.Errorf("%s is between %v and %v of the bound, want between -1 and 1",
					variable.Path(), slices.Min(values), slices.Max(values))
			}
			n := float64(len(values))
			mean, variance := stat.Mean(values, nil), stat.Mean(squares, nil)
			// The tolerances are five standard deviations of the means. Uniform numbers have the
			// deviation √(1/3), their squares √(4/45).
			check.Close(t, variable.Path()+", mean",
				[]float64{mean}, []float64{0}, 5*math.Sqrt(1/3./n))
			check.Close(t, variable.Path()+", variance",
				[]float64{variance}, []float64{1. / 3}, 5*math.Sqrt(4/45./n))
		}
		if found != len(want) {
			t.Errorf("%d arrays of weights, want %d", found, len(want))
		}
	})
}

// A network with one hidden layer agrees with the one computed here from its weights and the time
// features that Times and Frequencies select.
func TestTimeFeatures(t *testing.T) {
	const x, at, from = 0.3, 0.8, 0.55
	for _, test := range []struct {
		mlp   network.MLP
		times []float64
	}{
		{network.MLP{}, []float64{at, from}},
		{network.MLP{Times: "t,r"}, []float64{at, from}},
		{network.MLP{Times: "t,t-r"}, []float64{at, at - from}},
		{network.MLP{Times: "t-r"}, []float64{at - from}},
		{network.MLP{Frequencies: 2}, []float64{
			at, from,
			math.Sin(math.Pi * at), math.Cos(math.Pi * at),
			math.Sin(2 * math.Pi * at), math.Cos(2 * math.Pi * at),
			math.Sin(math.Pi * from), math.Cos(math.Pi * from),
			math.Sin(2 * math.Pi * from), math.Cos(2 * math.Pi * from),
		}},
		{network.MLP{Times: "t-r", Frequencies: 1}, []float64{
			at - from, math.Sin(math.Pi * (at - from)), math.Cos(math.Pi * (at - from)),
		}},
	} {
		test.mlp.Depth, test.mlp.Width, test.mlp.Activation = 1, 3, "tanh"
		enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
			store := seededStore(t, 1)
			out, err := model.CallOnce(engine, store, func(scope *model.Scope, in []*Node) *Node {
				return test.mlp.Velocity(scope, network.Input{X: in[0], T: in[1], R: in[2]})
			}, [][]float32{{x}}, [][]float32{{at}}, [][]float32{{from}})
			if err != nil {
				t.Fatal(err)
			}
			weights := func(path string) []float64 {
				return check.Floats(store.GetVariable(path).MustValue())
			}
			want := weights("/output/biases")[0]
			for unit, hidden := range weights("/hidden_0/biases") {
				for k, feature := range append([]float64{x}, test.times...) {
					hidden += feature * weights("/hidden_0/weights")[k*3+unit]
				}
				want += math.Tanh(hidden) * weights("/output/weights")[unit]
			}
			check.Close(t, "the network", check.Floats(out), []float64{want}, 1e-5)
		})
	}
}

// The zero MLP has the number of weights of the tutorial's network: 4·64 + 64 in the input layer,
// 64·64 + 64 in each of three hidden layers, and 64·2 + 2 in the output layer.
func TestZeroMLPIsTheTutorials(t *testing.T) {
	store := seededStore(t, 1)
	_, err := model.CallOnce(enginetest.PureGo(t), store, func(scope *model.Scope, g *Graph) *Node {
		x := Zeros(g, shapes.Make(dtypes.Float32, 2, 2))
		time := Zeros(g, shapes.Make(dtypes.Float32, 2, 1))
		return network.MLP{}.Velocity(scope.At("network"), network.Input{X: x, T: time, R: time})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := 4*64 + 64 + 3*(64*64+64) + 64*2 + 2
	if got := store.RootScope().At("network").NumParameters(); got != want {
		t.Errorf("%d weights, want %d", got, want)
	}
}
