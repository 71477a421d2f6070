package web_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/web/catalogue"
	"github.com/meanflow-go/meanflow/web/session"
)

// The list has every file in the folder, with its size, and every file holds the model that the
// list says.
func TestModels(t *testing.T) {
	entries, err := catalogue.Read("models")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("models/*.safetensors")
	if err != nil || len(files) != len(entries) || len(files) == 0 {
		t.Fatalf("there are %d files and %d entries (error %v)", len(files), len(entries), err)
	}
	s := session.New(enginetest.PureGo(t))
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join("models", entry.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Load("slot", content)
		if err != nil {
			t.Fatalf("%s: %v", entry.File, err)
		}
		isImages := entry.Data == "digits"
		if int64(len(content)) != entry.Bytes || (m.Height > 0) != isImages ||
			m.Average != (entry.Recipe != "flow matching") {
			t.Errorf("%+v has %d bytes and is %+v", entry, len(content), m)
		}
	}
}

// One step of the recommended recipe leaves at most 0.05 of its samples off the support.
// benchmarks/quality.md has 0.005 to 0.035 as means of three seeds.
func TestModelsOfThePlane(t *testing.T) {
	engine := enginetest.PureGo(t)
	for _, name := range []string{"checkerboard", "crescent", "spiral"} {
		content, err := os.ReadFile("models/" + name + "-recommended.safetensors")
		if err != nil {
			t.Fatal(err)
		}
		m, _, err := catalogue.Open(content, engine)
		if err != nil {
			t.Fatal(err)
		}
		samples, err := m.Sample(5000, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		distribution, err := datasets.ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		off, err := metrics.OffSupport(samples, distribution.(datasets.Supported).Contains)
		if err != nil || off > 0.05 {
			t.Errorf("%s: the share off the support is %v (error %v), want at most 0.05",
				name, off, err)
		}
	}
}
