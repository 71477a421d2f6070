package latent_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// A model from a safetensors file generates the same images, and is the same file again.
func TestSafetensors(t *testing.T) {
	m, _, flow := joined(t)
	engine := enginetest.PureGo(t)
	var content, again, flowContent bytes.Buffer
	if err := m.WriteSafetensors(&content); err != nil {
		t.Fatal(err)
	}
	read, err := latent.ReadSafetensors(content.Bytes(), engine)
	if err != nil {
		t.Fatal(err)
	}
	sameImages(t, read, m)
	got, want := read.Autoencoder().Losses(), m.Autoencoder().Losses()
	if !slices.Equal(got, want) {
		t.Errorf("the losses of the autoencoder are %v, want %v", got, want)
	}
	if err := read.WriteSafetensors(&again); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), content.Bytes()) {
		t.Error("the same model gives other bytes")
	}

	// A file of the wrong kind, and damaged ones.
	if err := flow.WriteSafetensors(&flowContent); err != nil {
		t.Fatal(err)
	}
	_, err = latent.ReadSafetensors(flowContent.Bytes(), engine)
	check.Error(t, err, "holds no autoencoder", "meanflow.ReadSafetensors")
	_, err = meanflow.ReadSafetensors(content.Bytes(), meanflow.LoadOptions{Backend: engine})
	check.Error(t, err, `the parts ["autoencoder" "flow"], not one model`, "package latent")
	_, err = latent.ReadSafetensors(content.Bytes()[:5000], engine)
	check.Error(t, err, "latent: ReadSafetensors: ", "cut short")
	renamed := func(old, new string) []byte {
		return bytes.ReplaceAll(content.Bytes(), []byte(old), []byte(new))
	}
	_, err = latent.ReadSafetensors(renamed(`"flow/output/biases"`, `"grow/output/biases"`), engine)
	check.Error(t, err, `"grow/output/biases"`, `["autoencoder" "flow"]`)
	_, err = latent.ReadSafetensors(renamed(`"flow/output/biases"`, `"flow/output/bears."`), engine)
	var mismatch *meanflow.MismatchError
	if !errors.As(err, &mismatch) || len(mismatch.Differences) != 2 {
		t.Errorf("the error is %v, want a MismatchError with two differences", err)
	}
	check.Error(t, err, "the flow: ")
}

// sameImages checks that a model generates the images of another one, to the last bit.
func sameImages(t *testing.T, got, want *latent.Model) {
	t.Helper()
	var images [2][][]float64
	for k, m := range []*latent.Model{got, want} {
		var err error
		if images[k], err = m.Sample(5, 1, 3); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(slices.Concat(images[0]...), slices.Concat(images[1]...)) {
		t.Error("the images differ")
	}
}

// LoadFS loads what Load loads, and says in which part something is wrong.
func TestLoadFS(t *testing.T) {
	m, _, _ := joined(t)
	engine := enginetest.PureGo(t)
	dir := filepath.Join(t.TempDir(), "model")
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	loaded, err := latent.LoadFS(os.DirFS(dir), engine)
	if err != nil {
		t.Fatal(err)
	}
	sameImages(t, loaded, m)
	_, err = latent.LoadFS(fstest.MapFS{}, engine)
	check.Error(t, err, "latent: LoadFS: the folder autoencoder: ", "does not exist")
	_, err = latent.LoadFS(nil, engine)
	check.Error(t, err, "must not be nil")
	if err := os.RemoveAll(filepath.Join(dir, "flow")); err != nil {
		t.Fatal(err)
	}
	_, err = latent.LoadFS(os.DirFS(dir), engine)
	check.Error(t, err, "latent: LoadFS: the folder flow: ", "no such file")
}
