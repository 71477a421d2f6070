package latent_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// joined returns an autoencoder of bumps with a flow of its codes.
func joined(t *testing.T) (*latent.Model, *latent.Autoencoder, *meanflow.Model) {
	t.Helper()
	a := train(t, small(enginetest.PureGo(t)))
	codes, err := datasets.FromPoints(encode(t, a, grid(5)))
	if err != nil {
		t.Fatal(err)
	}
	flow := flowOn(t, codes)
	m, err := latent.New(a, flow)
	if err != nil {
		t.Fatal(err)
	}
	return m, a, flow
}

// A model decodes what its flow generates. A saved model generates the same images, and can be
// saved again in the same place.
func TestModel(t *testing.T) {
	m, a, flow := joined(t)
	codes, err := flow.Sample(7, 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	want, err := a.Decode(codes)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "made", "model")
	for range 2 { // The second model replaces the first.
		if err := m.Save(dir); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := latent.Load(dir, enginetest.PureGo(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]*latent.Model{"trained": m, "loaded": loaded} {
		images, err := m.Sample(7, 2, 5)
		if err != nil {
			t.Fatal(err)
		}
		with, err := m.SampleWith(meanflow.SampleOptions{Times: meanflow.UniformGrid(2)}, 7, 5)
		if err != nil {
			t.Fatal(err)
		}
		check.Close(t, name+" model, Sample",
			slices.Concat(images...), slices.Concat(want...), 1e-6)
		check.Close(t, name+" model, SampleWith",
			slices.Concat(with...), slices.Concat(want...), 1e-6)
	}
}

// Decode scales codes to a mean square of 1, so a code and its double have the same image.
func TestDecodeScalesCodes(t *testing.T) {
	_, a, _ := joined(t)
	code, doubled := []float64{0.3, -1, 0.2, 0.8}, []float64{0.6, -2, 0.4, 1.6}
	images, err := a.Decode([][]float64{code, doubled, {-0.3, 1, -0.2, -0.8}})
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "image of the doubled code", images[1], images[0], 1e-5)
	if slices.Equal(images[2], images[0]) {
		t.Error("a code and its opposite have the same image")
	}
}

// Load and New name what does not fit.
func TestModelRefuses(t *testing.T) {
	m, a, flow := joined(t)
	engine := enginetest.PureGo(t)
	dir := filepath.Join(t.TempDir(), "model")
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	_, err := latent.LoadAutoencoder(filepath.Join(dir, "flow"), engine)
	check.Error(t, err, "holds a flow, not an autoencoder")
	_, err = meanflow.Load(filepath.Join(dir, "autoencoder"))
	check.Error(t, err, "holds no flow")
	_, err = latent.New(a, nil)
	check.Error(t, err, "must not be nil")
	_, err = latent.New(a, flowOn(t, datasets.Checkerboard{}))
	check.Error(t, err, "the flow has 2 coordinates and the codes have 4")
	_, err = a.Encode([][]float64{make([]float64, 15)})
	check.Error(t, err, "images[0] has 15 numbers")
	_, err = a.Encode([][]float64{make([]float64, 16), slices.Repeat([]float64{255}, 16)})
	check.Error(t, err, "images[1][0] is 255, it must be from -1 to 1")
	_, err = a.Decode(nil)
	check.Error(t, err, "there are no codes")
	_, err = m.Sample(0, 1, 1)
	check.Error(t, err, "number of points is 0")
	own := t.TempDir()
	if err := os.WriteFile(filepath.Join(own, "notes.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	check.Error(t, m.Save(own), "not a saved model")
	if err := flow.Save(filepath.Join(own, "flow")); err != nil {
		t.Fatal(err)
	}
	check.Error(t, m.Save(own), "not a saved model")

	files, err := filepath.Glob(filepath.Join(dir, "flow", "*.bin"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the weights are in %v (error %v), want one file", files, err)
	}
	if err := os.Truncate(files[0], 100); err != nil {
		t.Fatal(err)
	}
	_, err = latent.Load(dir, engine)
	var damaged *meanflow.DamagedError
	if !errors.As(err, &damaged) {
		t.Errorf("the error is %v, want a DamagedError", err)
	}
}
