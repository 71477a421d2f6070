package meanflow_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
)

// safetensors returns the content of a model's safetensors file.
func safetensors(t testing.TB, m *meanflow.Model) []byte {
	t.Helper()
	var content bytes.Buffer
	if err := m.WriteSafetensors(&content); err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// A model from a safetensors file generates what the written one generates, with the weights that
// WithEMA chose. The same model gives the same bytes, also when it was read.
func TestSafetensors(t *testing.T) {
	config := small(enginetest.PureGo(t))
	config.EMADecays = []float64{0.9, 0.5}
	m := train(t, config)
	for _, decay := range []float64{0.9, 0.5, 0} {
		written, err := m.WithEMA(decay)
		if err != nil {
			t.Fatal(err)
		}
		content := safetensors(t, written)
		read, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{Backend: config.Backend})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(concat(sample(t, read, 50, 3)), concat(sample(t, written, 50, 3))) {
			t.Errorf("the model read with the decay %v generates other samples", decay)
		}
		if !slices.Equal(read.Losses(), m.Losses()) || read.Epoch() != m.Epoch() {
			t.Errorf("read epoch %d with the losses %v, want %d, %v",
				read.Epoch(), read.Losses(), m.Epoch(), m.Losses())
		}
		if _, err := read.WithEMA(0.9); err == nil {
			t.Error("the model read has moving averages")
		}
		for range 3 {
			if !bytes.Equal(safetensors(t, read), content) {
				t.Fatal("the same model gives other bytes")
			}
		}
	}
}
