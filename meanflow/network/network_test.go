package network_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

var networks = map[string]network.Network{
	"MLP":                network.MLP{Width: 12, Depth: 2},
	"MLP, frequencies":   network.MLP{Width: 12, Depth: 2, Times: "t,t-r", Frequencies: 2},
	"residual MLP":       network.ResidualMLP{Width: 12, Blocks: 2},
	"residual MLP, tanh": network.ResidualMLP{Width: 12, Blocks: 1, Activation: "tanh"},
	// An image of one row and three columns, so that the points have three dimensions as the
	// others.
	"patch transformer": network.PatchTransformer{
		Image: network.ImageShape{Height: 1, Width: 3}, Patch: 1, Width: 8, Heads: 2, Blocks: 2,
	},
}

// shake adds random numbers to all weights, since a residual MLP begins with closed gates.
func shake(t *testing.T, store *model.Store) {
	t.Helper()
	random := rand.New(rand.NewPCG(4, 0))
	for variable := range store.RootScope().At("network").IterVariables() {
		value, err := variable.Value()
		if err != nil {
			t.Fatal(err)
		}
		if err := value.MutableFlatData(func(flat any) {
			weights := flat.([]float64)
			for i := range weights {
				weights[i] += 0.3 * random.NormFloat64()
			}
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// conditionedInput builds an input with one of three classes or none, two values and a guidance
// scale.
func conditionedInput(x, t, r *Node) network.Input {
	g, n := x.Graph(), x.Shape().Dim(0)
	values := make([][]float64, n)
	classes, known, guidance := make([][]int32, n), make([][]float64, n), make([][]float64, n)
	for i := range n {
		classes[i], values[i] = []int32{int32(i % 4)}, []float64{float64(i) / 10, -0.5}
		known[i], guidance[i] = []float64{1}, []float64{1.5}
	}
	in := network.Input{X: x, T: t, R: r, Classes: 3, Class: Const(g, classes)}
	in.Values, in.Conditioned, in.Guidance = Const(g, values), Const(g, known), Const(g, guidance)
	return in
}

// The derivative in the direction (v, 1, 0) agrees with central differences in double precision,
// whose error for a step h is O(h²) plus the rounding error divided by h.
func TestJVPAgainstCentralDifferences(t *testing.T) {
	const n, h = 8, 1e-5
	random := rand.New(rand.NewPCG(3, 0))
	draw := func(columns int) [][]float64 {
		rows := make([][]float64, n)
		for i := range rows {
			for range columns {
				rows[i] = append(rows[i], random.NormFloat64())
			}
		}
		return rows
	}
	x, v, at, from := draw(3), draw(3), draw(1), draw(1)
	for i := range n {
		a, b := math.Abs(at[i][0])/4, math.Abs(from[i][0])/4
		at[i][0], from[i][0] = max(a, b), min(a, b)
	}
	for name, net := range networks {
		for _, isConditioned := range []bool{false, true} {
			testOn := func(t *testing.T, engine compute.Backend) {
				store := seededStore(t, 1)
				build := func(scope *model.Scope, in []*Node) []*Node {
					u := func(in []*Node) *Node {
						input := network.Input{X: in[0], T: in[1], R: in[2]}
						if isConditioned {
							input = conditionedInput(in[0], in[1], in[2])
						}
						return net.Velocity(scope.At("network"), input)
					}
					x, v, t, r := in[0], in[1], in[2], in[3]
					value, derivative := meanflow.JVP(u,
						[]*Node{x, t, r}, []*Node{v, OnesLike(t), ZerosLike(r)})
					shifted := func(h float64) *Node {
						return u([]*Node{Add(x, MulScalar(v, h)), AddScalar(t, h), r})
					}
					difference := DivScalar(Sub(shifted(h), shifted(-h)), 2*h)
					return []*Node{value, u([]*Node{x, t, r}), derivative, difference}
				}
				exec, err := model.NewExec(engine, store, build)
				if err != nil {
					t.Fatal(err)
				}
				defer exec.Finalize()
				if _, err := exec.Call(x, v, at, from); err != nil { // Makes the weights.
					t.Fatal(err)
				}
				shake(t, store)
				out, err := exec.Call(x, v, at, from)
				if err != nil {
					t.Fatal(err)
				}
				what := fmt.Sprintf("%s, conditioned %v: ", name, isConditioned)
				check.Close(t, what+"u", check.Floats(out[0]), check.Floats(out[1]), 1e-12)
				check.Close(t, what+"du/dt", check.Floats(out[2]), check.Floats(out[3]), 1e-7)
				derivative := check.Floats(out[2])
				if slices.Max(derivative)-slices.Min(derivative) < 0.1 {
					t.Errorf("%sthe derivative is nearly constant: %v", what, derivative)
				}
			}
			testOn(t, enginetest.PureGo(t))
			// XLA compiles each network for seconds, so that one of them must do.
			if name == "residual MLP" && isConditioned {
				t.Run("xla", func(t *testing.T) { testOn(t, enginetest.XLA(t)) })
			}
		}
	}
}

// The class, the values, Conditioned, r and the guidance each change the velocity of a network.
func TestNetworksUseTheirConditions(t *testing.T) {
	engine := enginetest.PureGo(t)
	for name, net := range networks {
		store := seededStore(t, 1)
		build := func(scope *model.Scope, x, time *Node) []*Node {
			var out []*Node
			for k := range 6 {
				in := conditionedInput(x, time, MulScalar(time, 0.5))
				switch k {
				case 1:
					in.Class = AddScalar(in.Class, -1)
				case 2:
					in.Values = AddScalar(in.Values, 1)
				case 3:
					in.Conditioned = ZerosLike(in.Conditioned)
				case 4:
					in.R = time
				case 5:
					in.Guidance = MulScalar(in.Guidance, 2)
				}
				out = append(out, net.Velocity(scope.At("network"), in))
			}
			return out
		}
		exec, err := model.NewExec(engine, store, build)
		if err != nil {
			t.Fatal(err)
		}
		x, time := [][]float64{{1, 2, 3}, {-1, 0, 1}}, [][]float64{{0.5}, {0.25}}
		if _, err := exec.Call(x, time); err != nil {
			t.Fatal(err)
		}
		shake(t, store)
		out, err := exec.Call(x, time)
		if err != nil {
			t.Fatal(err)
		}
		changes := []string{
			"another class", "other values", "withheld conditions", "another r", "another guidance",
		}
		for k, change := range changes {
			if slices.Equal(check.Floats(out[0]), check.Floats(out[k+1])) {
				t.Errorf("%s: the velocity does not change with %s", name, change)
			}
		}
	}
}

// A network that is told that all points share times and conditions computes the same velocities.
func TestSharedTimesAndConditions(t *testing.T) {
	engine := enginetest.PureGo(t)
	for name, net := range networks {
		store := seededStore(t, 1)
		build := func(scope *model.Scope, x, time *Node) []*Node {
			in := conditionedInput(x, time, MulScalar(time, 0.5))
			// All points have the class and the values of the first.
			first := func(node *Node) *Node {
				return BroadcastToShape(Slice(node, AxisRange(0, 1)), node.Shape())
			}
			in.Class, in.Values = first(in.Class), first(in.Values)
			own := net.Velocity(scope.At("network"), in)
			in.IsShared = true
			return []*Node{own, net.Velocity(scope.At("network"), in)}
		}
		exec, err := model.NewExec(engine, store, build)
		if err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(5, 0))
		x := make([][]float64, 4)
		for i := range x {
			for range 3 {
				x[i] = append(x[i], random.NormFloat64())
			}
		}
		time := [][]float64{{0.5}, {0.5}, {0.5}, {0.5}}
		if _, err := exec.Call(x, time); err != nil {
			t.Fatal(err)
		}
		shake(t, store)
		out, err := exec.Call(x, time)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, name, check.Floats(out[1]), check.Floats(out[0]), 1e-12)
	}
}

// An MLP gets a class as one column for each class, with 1 for the point's class and 0 otherwise,
// and the logarithm of the guidance scale. Its velocity agrees with the network computed here in
// plain Go.
func TestClassIsOneHot(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		mlp := network.MLP{Width: 5, Depth: 1, Activation: "tanh"}
		store := seededStore(t, 1)
		x := [][]float32{{0.3}, {0.3}, {0.3}}
		at := [][]float32{{0.7}, {0.7}, {0.7}}
		from := [][]float32{{0.1}, {0.1}, {0.1}}
		classes, scales := [][]int32{{0}, {1}, {2}}, [][]float32{{1}, {math.E}, {1 / math.E}}
		build := func(scope *model.Scope, x, t, r, class, scale *Node) *Node {
			in := network.Input{X: x, T: t, R: r, Class: class, Classes: 2, Guidance: scale}
			return mlp.Velocity(scope, in)
		}
		out, err := model.CallOnce(engine, store, build, x, at, from, classes, scales)
		if err != nil {
			t.Fatal(err)
		}
		value := func(path string) any { return store.GetVariable(path).MustValue().Value() }
		weights := value("/hidden_0/weights").([][]float32)
		biases := value("/hidden_0/biases").([]float32)
		last, bias := value("/output/weights").([][]float32), value("/output/biases").([]float32)
		var want []float64
		for _, columns := range [][]float32{{0, 0, 0}, {1, 0, 1}, {0, 1, -1}} {
			velocity := float64(bias[0])
			for j := range biases {
				sum := float64(biases[j])
				for i, input := range append([]float32{0.3, 0.7, 0.1}, columns...) {
					sum += float64(input) * float64(weights[i][j])
				}
				velocity += math.Tanh(sum) * float64(last[j][0])
			}
			want = append(want, velocity)
		}
		check.Close(t, "velocities", check.Floats(out), want, 1e-6)
	})
}

// A residual MLP begins with closed gates, so that it applies its output layer to the normalised
// input layer, as the network computed here in plain Go.
func TestResidualMLPBeginsWithClosedGates(t *testing.T) {
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		const width = 6
		store := seededStore(t, 1)
		x := []float64{0.3, -1.2}
		residual := network.ResidualMLP{Width: width, Blocks: 1}
		out, err := model.CallOnce(engine, store, func(scope *model.Scope, x, t *Node) *Node {
			return residual.Velocity(scope, network.Input{X: x, T: t, R: t})
		}, [][]float32{{float32(x[0]), float32(x[1])}}, [][]float32{{0.5}})
		if err != nil {
			t.Fatal(err)
		}
		layer := func(path string, input []float64) (output []float64) {
			weights := store.GetVariable(path + "/weights").MustValue().Value().([][]float32)
			biases := store.GetVariable(path + "/biases").MustValue().Value().([]float32)
			for j, bias := range biases {
				sum := float64(bias)
				for i := range input {
					sum += input[i] * float64(weights[i][j])
				}
				output = append(output, sum)
			}
			return output
		}
		h := layer("/input", x)
		var mean, meanSquare float64
		for _, value := range h {
			mean += value / width
			meanSquare += value * value / width
		}
		for i := range h {
			h[i] = (h[i] - mean) / math.Sqrt(meanSquare-mean*mean+1e-6)
		}
		check.Close(t, "velocity", check.Floats(out), layer("/output", h), 1e-5)
	})
}

// Decode reverses Encode, which returns nil for a custom network, and refuses bad texts.
func TestEncodingKeepsNetworks(t *testing.T) {
	for _, net := range []network.Network{
		network.MLP{},
		network.MLP{Width: 7, Depth: 2, Activation: "TanH", Times: "t-r", Frequencies: 2},
		network.ResidualMLP{},
		network.ResidualMLP{Width: 7, Blocks: 2, Activation: "swish"},
		network.PatchTransformer{Image: network.ImageShape{Height: 8, Width: 4}},
		network.PatchTransformer{
			Image: network.ImageShape{Height: 6, Width: 9, Channels: 3},
			Patch: 3, Width: 12, Heads: 3, Blocks: 2, Activation: "Swish",
		},
	} {
		completed, err := network.Complete(net)
		if err != nil {
			t.Fatal(err)
		}
		text, err := network.Encode(completed)
		if err != nil {
			t.Fatal(err)
		}
		if decoded, err := network.Decode(text); err != nil || decoded != completed {
			t.Errorf("%+v was decoded as %+v (error %v)", completed, decoded, err)
		}
	}
	own := network.Func(func(_ *model.Scope, in network.Input) *Node { return in.X })
	if text, err := network.Encode(own); text != nil || err != nil {
		t.Errorf("a custom network is encoded as %s (error %v), want nil", text, err)
	}
	for text, want := range map[string]string{
		`{"kind": "unet", "parameters": {}}`:             "mlp, residual_mlp or patch_transformer",
		`{"kind": "mlp", "parameters": {"Width": -1}}`:   "MLP.Width is -1",
		`{"kind": "mlp", "parameters": {"Breadth": 3}}`:  "Breadth",
		`{"kind": "residual_mlp", "parameters": "wide"}`: "parameters",
		`{"kind": `: "unexpected end",
	} {
		_, err := network.Decode([]byte(text))
		check.Error(t, err, want)
	}
}

func TestCompleteRefuses(t *testing.T) {
	for want, net := range map[string]network.Network{
		"MLP.Width is -3":           network.MLP{Width: -3},
		"MLP.Depth is -3":           network.MLP{Depth: -3},
		"MLP.Frequencies is 33":     network.MLP{Frequencies: 33},
		`MLP.Times is "r"`:          network.MLP{Times: "r"},
		`MLP.Activation is "gulu"`:  network.MLP{Activation: "gulu"},
		"ResidualMLP.Width is -1":   network.ResidualMLP{Width: -1},
		"ResidualMLP.Blocks is -1":  network.ResidualMLP{Blocks: -1},
		`ResidualMLP.Activation is`: network.ResidualMLP{Activation: "swiglu"},

		"Image.Height is 0":             network.PatchTransformer{},
		"Image.Width is -1":             transformer(4, -1, network.PatchTransformer{}),
		"Patch is 4, it must divide":    transformer(4, 6, network.PatchTransformer{}),
		"Patch is -2":                   transformer(4, 4, network.PatchTransformer{Patch: -2}),
		"Width is 6, it must be a":      transformer(4, 4, network.PatchTransformer{Width: 6}),
		"PatchTransformer.Width is -4":  transformer(4, 4, network.PatchTransformer{Width: -4}),
		"Heads is 3, it must divide":    transformer(4, 4, network.PatchTransformer{Heads: 3}),
		"PatchTransformer.Blocks is -1": transformer(4, 4, network.PatchTransformer{Blocks: -1}),
		`PatchTransformer.Activation is "swiglu"`: transformer(4, 4, network.PatchTransformer{
			Activation: "swiglu",
		}),
	} {
		_, err := network.Complete(net)
		check.Error(t, err, want)
		if err != nil && strings.Count(err.Error(), "") > 400 {
			t.Errorf("the error is longer than 400 characters: %v", err)
		}
	}
}
