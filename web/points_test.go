// Package web_test checks what the page's program and its models have in common with Go programs.
package web_test

import (
	"encoding/json"
	"flag"
	"math"
	"os"
	"testing"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow"
)

var regenerate = flag.Bool("regen", false, "write testdata/points.json anew, with XLA")

// sampled are points of a model of the page. Each engine, and the browser (in test/), must generate
// the same ones.
type sampled struct {
	Model  string      `json:"model"`
	N      int         `json:"n"`
	Steps  int         `json:"steps"`
	Seed   int64       `json:"seed"`
	Points [][]float64 `json:"points"` // [n][2]
}

const fixture = "testdata/points.json"

// XLA and pure Go generate the points of the fixture, which XLA generated, to 1e-5.
func TestPoints(t *testing.T) {
	if *regenerate {
		writePoints(t)
	}
	var samples []sampled
	text, err := os.ReadFile(fixture)
	if err == nil {
		err = json.Unmarshal(text, &samples)
	}
	if err != nil || len(samples) == 0 {
		t.Fatal(err, len(samples))
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, s := range samples {
			for i, point := range points(t, s, engine) {
				check.Close(t, "a point of "+s.Model, point, s.Points[i], 1e-5)
			}
		}
	})
}

// points samples from a model of the page.
func points(t *testing.T, s sampled, engine compute.Backend) [][]float64 {
	t.Helper()
	content, err := os.ReadFile("models/" + s.Model)
	if err != nil {
		t.Fatal(err)
	}
	m, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{Backend: engine})
	if err != nil {
		t.Fatal(err)
	}
	points, err := m.Sample(s.N, s.Steps, s.Seed)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func writePoints(t *testing.T) {
	t.Helper()
	samples := []sampled{
		{Model: "checkerboard-recommended.safetensors", N: 40, Steps: 1, Seed: 7},
		{Model: "spiral-flow-matching.safetensors", N: 20, Steps: 50, Seed: math.MaxInt32},
	}
	for k, s := range samples {
		samples[k].Points = points(t, s, enginetest.XLA(t))
	}
	text, err := json.MarshalIndent(samples, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(fixture, append(text, '\n'), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestMain(m *testing.M) { exit.Exit(m.Run()) }
