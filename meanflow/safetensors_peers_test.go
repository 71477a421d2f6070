package meanflow_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

var writeModels = flag.Bool("write-models", false,
	"TestSafetensorsPeers writes the models that safetensors_peers.py reads")

// peerModels returns configurations of the models that PyTorch and JAX read, by their files' names:
// one with time features, and one with classes.
func peerModels(engine compute.Backend) map[string]meanflow.Config {
	mlp := small(engine)
	mlp.Network = network.MLP{Width: 8, Depth: 2, Times: "t,t-r", Frequencies: 2}
	mlp.EMADecays = []float64{0.9}
	residual := small(engine)
	residual.Data, residual.Guidance = datasets.TwoSpirals{}, 1
	residual.Network = network.ResidualMLP{Width: 8, Blocks: 2}
	return map[string]meanflow.Config{"mlp": mlp, "residual_mlp": residual}
}

// PyTorch and JAX generate Go's points with a model that Go wrote, and Go generates theirs with
// models that they wrote. testdata/safetensors_peers.py computed the points.
func TestSafetensorsPeers(t *testing.T) {
	folder := filepath.Join("testdata", "safetensors")
	if *writeModels {
		for name, config := range peerModels(enginetest.PureGo(t)) {
			overwrite(t, filepath.Join(folder, name+".safetensors"),
				string(safetensors(t, train(t, config))))
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "peers.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		File   string
		Class  int
		Noise  [][]float64
		Points map[string][][]float64
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	// Two networks, the first without classes, in three files each.
	if len(cases) != 3+3*3 {
		t.Fatalf("there are %d cases, want 12", len(cases))
	}
	for _, test := range cases {
		content := read(t, filepath.Join(folder, test.File))
		m, err := meanflow.ReadSafetensors(content,
			meanflow.LoadOptions{Backend: enginetest.PureGo(t)})
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(safetensors(t, m), content) {
			t.Errorf("%s: Go writes other bytes", test.File)
		}
		points, err := m.SampleWith(meanflow.SampleOptions{Noise: test.Noise, Class: test.Class},
			len(test.Noise), 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, peer := range []string{"torch", "jax"} {
			check.Close(t, test.File+" by "+peer, concat(points), concat(test.Points[peer]), 1e-5)
		}
	}
}
