package meanflow_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// parity is the content of a file with PyTorch's results. testdata/parity.py writes parity.json,
// for an MLP of a width and a depth. testdata/parity_networks.py writes the others.
type parity struct {
	Width, Depth int
	Network      json.RawMessage // As in a checkpoint, nil for the MLP.
	Weights      map[string]any  // [inputs][outputs] or [outputs] each, by PyTorch's names.
	Data, Noise  [][]float32
	T, R         [][]float32
	Class        [][]int32 // nil if the network has no conditions.
	Classes      int
	Values       [][]float32
	Conditioned  [][]float32
	Guidance     [][]float32
	U, DuDt      [][]float64
	MeanFlow     *parityLoss `json:"mean flow"`
	FlowMatching *parityLoss `json:"flow matching"`
	SoFlow       *parityLoss // With l at a share 0.02 of the way, p = 1 and an offset of 0.01.
}

type parityLoss struct {
	Loss      float64
	Gradients map[string]any
}

func readParity(t *testing.T, file string) parity {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var p parity
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// input returns the input of a network with the conditions of the file.
func (p parity) input(x, t, r *Node) network.Input {
	in := network.Input{X: x, T: t, R: r}
	if p.Class == nil {
		return in
	}
	g := x.Graph()
	in.Class, in.Classes = Const(g, p.Class), p.Classes
	in.Values, in.Conditioned = Const(g, p.Values), Const(g, p.Conditioned)
	in.Guidance = Const(g, p.Guidance)
	return in
}

// flatten returns the numbers of a decoded JSON array, in order.
func flatten(array any) []float64 {
	switch array := array.(type) {
	case float64:
		return []float64{array}
	case []any:
		var flat []float64
		for _, element := range array {
			flat = append(flat, flatten(element)...)
		}
		return flat
	}
	panic("not an array of numbers")
}

// torchName returns PyTorch's name of the weights at a path of a store.
func torchName(path string) string {
	return strings.NewReplacer(
		"/network/", "", "hidden_", "hidden.", "block_", "block.", "/weights", ".weight",
		"/biases", ".bias", "/", ".",
	).Replace(path)
}

// storeWith returns a store that holds PyTorch's weights at the paths that the networks use.
func storeWith(t *testing.T, weights map[string]any) *model.Store {
	t.Helper()
	store := model.NewStore()
	toPath := strings.NewReplacer(
		"hidden.", "hidden_", "block.", "block_", ".weight", "/weights", ".bias", "/biases",
		".", "/")
	for name, values := range weights {
		path := "/network/" + toPath.Replace(name)
		flat := flatten(values)
		single := make([]float32, len(flat))
		for i, value := range flat {
			single[i] = float32(value)
		}
		dims := []int{len(flat)}
		if rows, ok := values.([]any)[0].([]any); ok {
			dims = []int{len(flat) / len(rows), len(rows)}
		}
		value := tensors.FromFlatDataAndDimensions(single, dims...)
		if _, err := store.CreateVariable(path, value); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// The tutorial's network, its derivative, the losses and their gradients agree with PyTorch's for
// the same weights and batch.
func TestParityWithPyTorch(t *testing.T) {
	p := readParity(t, "parity.json")
	net := network.MLP{Width: p.Width, Depth: p.Depth}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) { p.test(t, engine, net) })
}

// The other networks, with conditions, agree with PyTorch's, too.
func TestParityOfNetworksWithPyTorch(t *testing.T) {
	for _, kind := range []string{"residual_mlp", "patch_transformer"} {
		t.Run(kind, func(t *testing.T) {
			p := readParity(t, "parity_"+kind+".json")
			net, err := network.Decode(p.Network)
			if err != nil {
				t.Fatal(err)
			}
			p.test(t, enginetest.PureGo(t), net)
			// XLA compiles each network for seconds, so that one of them must do.
			if kind == "patch_transformer" && !testing.Short() {
				p.test(t, enginetest.XLA(t), net)
			}
		})
	}
}

// test compares the network on an engine with PyTorch's results in the file.
func (p parity) test(t *testing.T, engine compute.Backend, net network.Network) {
	const tolerance = 1e-5
	// PyTorch computes SoFlow's loss from the solution function, as its paper does. SoFlow's offset
	// is relative to ‖Δ‖²/dim.
	soFlow := meanflow.AlphaFlow{Alpha: meanflow.Constant(0.02), MeanFlow: meanflow.MeanFlow{
		Weight: meanflow.AdaptiveWeight{Power: 1, Offset: 0.02},
	}}
	for _, test := range []struct {
		objective meanflow.Objective
		want      *parityLoss
	}{
		{meanflow.MeanFlow{}, p.MeanFlow},
		{meanflow.FlowMatching{}, p.FlowMatching},
		{soFlow, p.SoFlow},
	} {
		if test.want == nil {
			continue
		}
		t.Run(test.objective.Name(), func(t *testing.T) {
			store := storeWith(t, p.Weights)
			var names []string
			out, err := model.CallOnceN(engine, store,
				func(scope *model.Scope, in []*Node) []*Node {
					u := func(x, t, r *Node) *Node {
						return net.Velocity(scope.At("network"), p.input(x, t, r))
					}
					batch := meanflow.Batch{Data: in[0], Noise: in[1], T: in[2], R: in[3]}
					batch.Progress = ScalarZero(batch.T.Graph(), batch.T.DType())
					loss, _ := test.objective.Loss(u, batch)
					value, dudt := meanflow.JVP(
						func(in []*Node) *Node { return u(in[0], in[1], in[2]) },
						[]*Node{batch.Interpolant(), batch.T, batch.R},
						[]*Node{batch.Velocity(), OnesLike(batch.T), ZerosLike(batch.R)})
					names = nil
					for variable := range scope.IterVariables() {
						if variable.Trainable && variable.InUseByGraph(loss.Graph()) {
							names = append(names, torchName(variable.Path()))
						}
					}
					return append([]*Node{value, dudt, loss},
						scope.BuildTrainableVariablesGradientsGraph(loss)...)
				}, p.Data, p.Noise, p.T, p.R)
			if err != nil {
				t.Fatal(err)
			}
			check.Close(t, "u", check.Floats(out[0]), concat(p.U), tolerance)
			check.Close(t, "du/dt", check.Floats(out[1]), concat(p.DuDt), tolerance)
			check.Close(t, "loss", check.Floats(out[2]), []float64{test.want.Loss}, tolerance)
			if len(names) != len(p.Weights) || len(out) != 3+len(names) {
				t.Fatalf("%d arrays of weights and %d gradients, want %d of each",
					len(names), len(out)-3, len(p.Weights))
			}
			for i, name := range names {
				got, want := check.Floats(out[3+i]), flatten(test.want.Gradients[name])
				check.Close(t, "gradient by "+name, got, want, tolerance)
			}
		})
	}
}
