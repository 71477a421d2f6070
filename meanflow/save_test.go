package meanflow_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// A saved model generates the samples of the trained one, with each average of the weights. It can
// be saved again in the same place, has no optimizer's state, and can't be resumed.
func TestSave(t *testing.T) {
	load := func(dir string) *meanflow.Model {
		t.Helper()
		m, err := meanflow.LoadWith(dir, meanflow.LoadOptions{Backend: enginetest.PureGo(t)})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	config := small(enginetest.PureGo(t))
	config.EMADecays = []float64{0.9, 0.5}
	config.CheckpointDir = filepath.Join(t.TempDir(), "checkpoints")
	m := train(t, config)
	dir := filepath.Join(t.TempDir(), "made", "by", "save")
	for range 2 { // The second model replaces the first.
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	loaded := load(dir)
	if err := loaded.Save(dir); err != nil { // In place of the model that it was loaded from.
		t.Fatal(err)
	}
	loaded = load(dir)
	raw, err := m.WithEMA(0)
	if err != nil {
		t.Fatal(err)
	}
	view := filepath.Join(t.TempDir(), "view")
	if err := raw.Save(view); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(concat(sample(t, load(view), 50, 3)), concat(sample(t, raw, 50, 3))) {
		t.Error("a saved view of the raw weights generates with other weights")
	}
	for _, decay := range []float64{0.9, 0.5, 0} {
		want, err := m.WithEMA(decay)
		if err != nil {
			t.Fatal(err)
		}
		got, err := loaded.WithEMA(decay)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(concat(sample(t, got, 50, 3)), concat(sample(t, want, 50, 3))) {
			t.Errorf("the loaded model with the decay %v generates other samples", decay)
		}
	}
	if !slices.Equal(loaded.Losses(), m.Losses()) || loaded.Epoch() != m.Epoch() {
		t.Errorf("loaded epoch %d with the losses %v, want %d, %v",
			loaded.Epoch(), loaded.Losses(), m.Epoch(), m.Losses())
	}
	checkpoints, err := meanflow.Checkpoints(config.CheckpointDir)
	if err != nil {
		t.Fatal(err)
	}
	// A checkpoint has the weights, two averages and Adam's two moments.
	saved, whole := size(t, dir), size(t, checkpoints[len(checkpoints)-1])
	if ratio := saved / whole; ratio > 0.68 {
		t.Errorf("the saved model has %.2f of a checkpoint's bytes, want about three fifths", ratio)
	}

	check.Error(t, m.Save(checkpoints[0]), "is a checkpoint of a training")
	config.CheckpointDir, config.Resume = filepath.Dir(dir), true
	if err := os.Rename(dir, filepath.Join(config.CheckpointDir, "epoch-000001")); err != nil {
		t.Fatal(err)
	}
	_, err = meanflow.Train(t.Context(), config)
	check.Error(t, err, "saved model")
}

// size returns the number of bytes in a folder's largest file, which has the variables.
func size(t *testing.T, folder string) float64 {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var largest int64
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		largest = max(largest, info.Size())
	}
	return float64(largest)
}

// Save replaces nothing but a saved model, and leaves nothing behind.
func TestSaveReplacesOnlyModels(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	dir := t.TempDir()
	own := filepath.Join(dir, "thesis", "chapter.tex")
	if err := os.MkdirAll(filepath.Dir(own), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, []byte("text"), 0o666); err != nil {
		t.Fatal(err)
	}
	check.Error(t, m.Save(filepath.Dir(own)), "thesis exists and is not a saved model")
	check.Error(t, m.Save(own), "chapter.tex")
	if err := m.Save(filepath.Join(dir, "model")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Errorf("the folder has the entries %v, want thesis and model", entries)
	}
}
