package main

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// wave returns n numbers sin(1.7·k) for k from first.
func wave(first, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Sin(1.7 * float64(first+i))
	}
	return values
}

// filled returns a tensor of numbers as float32.
func filled(values []float64, factor float64, dimensions ...int) *tensors.Tensor {
	single := make([]float32, len(values))
	for i, value := range values {
		single[i] = float32(factor * value)
	}
	return tensors.FromFlatDataAndDimensions(single, dimensions...)
}

// In the cases of digits, PyTorch and JAX have the package's networks: as many parameters, and for
// the same weights and inputs the same results. peers/check_networks.py computed theirs, and has
// the formulas of weights and inputs.
func TestPeersHaveTheSameNetworks(t *testing.T) {
	t.Chdir("..") // The paths of files begin at the repository.
	content, err := os.ReadFile("benchmarks/testdata/networks.json")
	if err != nil {
		t.Fatal(err)
	}
	var peers map[work]map[string]struct {
		Parameters int
		Output     [][]float64
	}
	if err := json.Unmarshal(content, &peers); err != nil {
		t.Fatal(err)
	}
	const n, width, classes = 2, 16, 10
	engine := enginetest.PureGo(t)
	for _, kind := range []work{codes, transformer} {
		config, err := configOfDigits(Case{Work: kind, Width: width})
		if err != nil {
			t.Fatal(err)
		}
		dim := config.Data.Dim()
		velocity := func(scope *model.Scope, in []*graph.Node) *graph.Node {
			return config.Network.Velocity(scope, network.Input{
				X: in[0], T: in[1], R: in[2], Class: in[3], Classes: classes,
			})
		}
		x := filled(wave(0, n*dim), 1, n, dim)
		times := filled([]float64{1, 0.9}, 1, n, 1)
		earlier := filled([]float64{1, 0.9}, 0.4, n, 1)
		class := tensors.FromFlatDataAndDimensions([]int32{0, 1}, n, 1)

		store := model.NewStore()
		if _, err := model.CallOnce(engine, store, velocity, x, times, earlier, class); err != nil {
			t.Fatal(err)
		}
		byPath := map[string]*model.Variable{}
		for variable := range store.IterVariables() {
			if variable.Trainable {
				byPath[variable.Path()] = variable
			}
		}
		var paths []string
		for path := range byPath {
			paths = append(paths, path)
		}
		slices.Sort(paths)
		parameters := 0
		for _, path := range paths {
			shape := byPath[path].Shape()
			weights := filled(wave(parameters, shape.Size()), 0.3, shape.Dimensions...)
			if err := byPath[path].SetValue(weights); err != nil {
				t.Fatal(err)
			}
			parameters += shape.Size()
		}
		output, err := model.CallOnce(engine, store, velocity, x, times, earlier, class)
		if err != nil {
			t.Fatal(err)
		}
		if len(peers[kind]) != 2 {
			t.Errorf("%s: there are %d peers, want PyTorch and JAX", kind, len(peers[kind]))
		}
		for name, peer := range peers[kind] {
			if peer.Parameters != parameters {
				t.Errorf("%s: %d parameters, %s has %d", kind, parameters, name, peer.Parameters)
			}
			check.Close(t, string(kind)+" by "+name, check.Floats(output),
				slices.Concat(peer.Output...), 1e-5)
		}
	}
}
