package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/exit"
)

// Tests use XLA, whose plugin does not survive how the race detector ends a process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// The worker trains and writes the samples that are asked for, near the rows.
func TestWorker(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	given := job{
		Recipe: recommended, Data: filepath.Join(folder, "rows.npy"), Dim: 1, Samples: 7,
		Out: filepath.Join(folder, "samples.npy"), Steps: 10,
	}
	if err := writeRows(given.Data, [][]float64{{100}, {101}, {102}}); err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(given)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := answer(string(encoded), strings.NewReader("10\n"), &out); err != nil {
		t.Fatal(err)
	}
	samples, err := readRows(given.Out)
	if err != nil || len(samples) != 7 || len(samples[0]) != 1 {
		t.Fatalf("the samples are %v, error %v", samples, err)
	}
	for _, sample := range samples {
		if sample[0] < 90 || sample[0] > 112 {
			t.Errorf("a sample at %v", sample)
		}
	}
	if out.String() != "10\n" {
		t.Errorf("the answer is %q", out.String())
	}
}

// Rows with classes are learned as codes are.
func TestJobWithClasses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.npy")
	if err := writeRows(path, [][]float64{{1, 2, 2}, {3, 4, 1}, {5, 7, 2}}); err != nil {
		t.Fatal(err)
	}
	config, err := configOf(job{Recipe: recommended, Data: path, Dim: 2, Classes: 2})
	if err != nil {
		t.Fatal(err)
	}
	want, err := datasets.FromPoints([][]float64{{1, 2}, {3, 4}, {5, 7}})
	if err != nil {
		t.Fatal(err)
	}
	if want, err = want.WithClasses([]int{2, 1, 2}, []string{"0", "1"}); err != nil {
		t.Fatal(err)
	}
	if got := config.Data.(*datasets.Points).Fingerprint(); got != want.Fingerprint() {
		t.Errorf("the points are %s, want %s", got, want.Fingerprint())
	}
	if config.BatchSize != 256 || config.Guidance != 1 {
		t.Errorf("batches of %d, guidance %v, want those of codes", config.BatchSize,
			config.Guidance)
	}
}
