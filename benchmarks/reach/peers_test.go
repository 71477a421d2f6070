package main

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// inPython runs a script with the peers' modules, and decodes the JSON that it prints into result.
// It skips the test without the peers, and with -short, since their imports take seconds.
func inPython(t *testing.T, script string, input, result any) {
	t.Helper()
	const python = "../../.local/bench-peers/bin/python"
	if _, err := os.Stat(python); err != nil || testing.Short() {
		t.Skip("`make bench-peers` sets up the peers; with -short they are left out")
	}
	encoded, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	script = "import json, sys\nimport numpy as np\nsys.path.insert(0, '../peers')\n" + script
	command := exec.CommandContext(t.Context(), python, "-c", script, string(encoded))
	command.Stderr = t.Output()
	output, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(output, result); err != nil {
		t.Fatalf("%v: %.100s", err, output)
	}
}

// The peers' points lie on the checkerboard, and each of its cells has as many: χ² with 7 degrees
// of freedom is below 35 except for 1 in 100,000 draws.
func TestCheckerboardOfPeers(t *testing.T) {
	for name, script := range map[string]string{
		"JAX": `
import jax, reach_jax
print(json.dumps(np.asarray(reach_jax.checkerboard(jax.random.key(0), 4000)).tolist()))`,
		"PyTorch": `
import torch, reach_torch
torch.manual_seed(0)
print(json.dumps(reach_torch.checkerboard(4000).tolist()))`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var points [][]float64
			inPython(t, script, nil, &points)
			var counts [16]float64
			for _, point := range points {
				if !(datasets.Checkerboard{}).Contains(point) {
					t.Fatalf("%v lies off the checkerboard", point)
				}
				column, row := int((point[0]+1.5)/0.75), int((point[1]+1.5)/0.75)
				counts[4*column+row]++
			}
			chi2 := 0.0
			for _, count := range counts {
				if count > 0 {
					chi2 += (count - 500) * (count - 500) / 500
				}
			}
			if len(points) != 4000 || chi2 > 35 {
				t.Errorf("%d points, cells with %v of them: χ² is %v", len(points), counts, chi2)
			}
		})
	}
}

// JAX's sorted noise orders points as this package's does, and gives each place in that order the
// same part of the normal distribution. Within classes, one coordinate of the noise has the ranks
// of the data, and is the noise that was drawn for the class.
func TestCouplingOfPeers(t *testing.T) {
	t.Parallel()
	generator := rand.New(rand.NewPCG(1, 0))
	const n, dim, classes = 96, 3, 3
	points, labels := make([][]float32, n), make([]int, n)
	for i := range points {
		for range dim {
			points[i] = append(points[i], float32(generator.NormFloat64()))
		}
		labels[i] = 1 + i%classes
	}
	var peer struct {
		Ordered, Noise [][]float32
		Order          []int     // Within classes.
		OfClasses      []float64 // The noise in that order.
		Drawn          []float64 // The noise in the order of the labels.
	}
	inPython(t, `
import jax, reach_coupling
given = json.loads(sys.argv[1])
points, labels = np.array(given["points"], np.float32), np.array(given["labels"], np.int32)
order, noise = reach_coupling.sorted_noise(jax.random.key(0), points)
within, of_classes = reach_coupling.sorted_noise_given(
    jax.random.key(1), points[:, :1], labels, given["classes"])
print(json.dumps({
    "ordered": points[np.asarray(order)].tolist(), "noise": np.asarray(noise).tolist(),
    "order": np.asarray(within).tolist(), "ofclasses": np.asarray(of_classes)[:, 0].tolist(),
    "drawn": np.asarray(jax.random.normal(jax.random.key(1), (len(points), 1)))[:, 0].tolist(),
}))`, map[string]any{"points": points, "labels": labels, "classes": classes}, &peer)

	exec, err := model.NewExec(enginetest.PureGo(t), model.NewStore(), meanflow.SortedNoise().Pair)
	if err != nil {
		t.Fatal(err)
	}
	pair, err := exec.Call(points)
	if err != nil {
		t.Fatal(err)
	}
	ordered, noise := pair[0].Value().([][]float32), pair[1].Value().([][]float32)
	if !reflect.DeepEqual(peer.Ordered, ordered) {
		t.Errorf("JAX orders the points as %v, want %v", peer.Ordered[:5], ordered[:5])
	}
	// The 96 points are cut into 4, 4 and 6 parts, whose ends are quantiles.
	for k, parts := range []float64{4, 4, 6} {
		part := func(x float32) float64 {
			return math.Floor(parts * (1 + math.Erf(float64(x)/math.Sqrt2)) / 2)
		}
		for i := range noise {
			if part(peer.Noise[i][k]) != part(noise[i][k]) {
				t.Fatalf("noise %d, coordinate %d: part %v, want %v", i, k,
					part(peer.Noise[i][k]), part(noise[i][k]))
			}
		}
	}

	for class := 1; class <= classes; class++ {
		var data, noise, drawn []float64
		for place, row := range peer.Order {
			if labels[row] == class {
				data = append(data, float64(points[row][0]))
				noise = append(noise, peer.OfClasses[place])
			}
		}
		for i, label := range labels {
			if label == class {
				drawn = append(drawn, peer.Drawn[i])
			}
		}
		if slices.Sort(drawn); !slices.IsSorted(data) || !slices.Equal(noise, drawn) {
			t.Errorf("class %d: points %v, noise %v, both must be in order, and the noise %v",
				class, data, noise, drawn)
		}
	}
}

// JAX's recipe for a job has the numbers that this package recommends for it.
func TestRecipesOfPeers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rows.npy")
	if err := writeRows(path, [][]float64{{1, 2, 2}, {3, 4, 1}, {5, 7, 2}}); err != nil {
		t.Fatal(err)
	}
	jobs := []job{
		{Recipe: recommended, Dim: 2}, {Recipe: recommended, Data: path, Dim: 2, Classes: 2},
	}
	var peers [][]float64
	inPython(t, `
import reach_jax
recipes = [reach_jax.recipe_of(job) for job in json.loads(sys.argv[1])]
print(json.dumps([[
    r.batch, r.rate(1.05 / 2), r.ratio, r.power, r.clip or 0, r.decay or 0] for r in recipes],
    default=float))`, jobs, &peers)
	for k, given := range jobs {
		config, err := configOf(given)
		if err != nil {
			t.Fatal(err)
		}
		objective := config.Objective.(meanflow.MeanFlow)
		want := []float64{
			float64(config.BatchSize), config.LearningRate / 2, // Halfway along the cosine.
			objective.FlowRatio, objective.Weight.Power, config.ClipNorm, 0,
		}
		if config.BatchSize == 0 {
			want[0] = 2048
		}
		if len(config.EMADecays) > 0 {
			want[5] = config.EMADecays[0]
		}
		for i := range want {
			if math.Abs(peers[k][i]-want[i]) > 1e-6 {
				t.Errorf("job %d: JAX has %v, want %v", k, peers[k], want)
				break
			}
		}
	}
}
