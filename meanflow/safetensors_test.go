package meanflow_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	format "github.com/nlpodyssey/safetensors"

	"github.com/meanflow-go/meanflow/internal/check"
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
		options := meanflow.LoadOptions{Backend: config.Backend}
		read, err := meanflow.ReadSafetensors(content, options)
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

// changed returns the content of a safetensors file after changes of its arrays and its metadata.
func changed(
	t *testing.T, content []byte,
	change func(arrays map[string]format.TensorView, metadata map[string]string),
) []byte {
	t.Helper()
	size, header, err := format.ReadMetadata(content)
	if err != nil {
		t.Fatal(err)
	}
	arrays, metadata := map[string]format.TensorView{}, maps.Clone(header.Metadata())
	for name, info := range header.Tensors() {
		data := content[8+size:][info.DataOffsets[0]:info.DataOffsets[1]]
		arrays[name] = array(t, info.DType, info.Shape, slices.Clone(data))
	}
	change(arrays, metadata)
	written, err := format.Serialize(arrays, metadata)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

func array(t *testing.T, dtype format.DType, shape []uint64, data []byte) format.TensorView {
	t.Helper()
	made, err := format.NewTensorView(dtype, shape, data)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// ReadSafetensors names what is wrong with a file.
func TestReadSafetensorsRefuses(t *testing.T) {
	config := small(enginetest.PureGo(t))
	content := safetensors(t, train(t, config))
	custom := config
	custom.Network = ownNetwork
	customContent := safetensors(t, train(t, custom))
	const weights, biases = "hidden_0/weights", "hidden_0/biases" // [4, 16] and [16].
	type arrays = map[string]format.TensorView
	type texts = map[string]string
	keep := func(change func(arrays)) []byte {
		return changed(t, content, func(a arrays, _ texts) { change(a) })
	}
	describe := func(change func(description string) string) []byte {
		return changed(t, content, func(_ arrays, m texts) {
			m["meanflow"] = change(m["meanflow"])
		})
	}
	replace := func(old, new string) []byte {
		return describe(func(description string) string {
			if !strings.Contains(description, old) {
				t.Fatalf("the description lacks %s: %s", old, description)
			}
			return strings.Replace(description, old, new, 1)
		})
	}
	number := func(x float32) []byte {
		return keep(func(a arrays) {
			binary.LittleEndian.PutUint32(a[biases].Data()[8:], math.Float32bits(x))
		})
	}
	header := func(size uint64) []byte {
		return append(binary.LittleEndian.AppendUint64(nil, size), content[8:]...)
	}
	for name, test := range map[string]struct {
		content []byte
		wants   []string
	}{
		"empty":                   {nil, []string{"0 bytes are no safetensors file"}},
		"cut short":               {content[:len(content)-1], []string{"cut short"}},
		"cut short in the header": {content[:100], []string{"cut short"}},
		"bytes that follow": {
			append(slices.Clone(content), 0), []string{"no safetensors file"},
		},
		"header of 18 exabytes": {header(math.MaxUint64), []string{"no safetensors file"}},
		"header of 99 MB":       {header(99_000_000), []string{"no safetensors file"}},
		"array of 16 exabytes": {
			append(binary.LittleEndian.AppendUint64(nil, 92), `{"__metadata__":{"meanflow":"{}"},`+
				`"w":{"dtype":"F32","shape":[4611686018427387903],"data_offsets":[0,4]}}`+
				"1234"...), []string{"no safetensors file"},
		},
		"F16": {
			keep(func(a arrays) {
				a[weights] = array(t, format.F16, []uint64{4, 16}, make([]byte, 128))
			}),
			[]string{"hidden_0/weights is F16, it must be F32"},
		},
		"an array without numbers": {
			keep(func(a arrays) { a[weights] = array(t, format.F32, []uint64{0, 16}, nil) }),
			[]string{"hidden_0/weights has the shape [0 16]", "must not be empty"},
		},
		"no metadata": {
			changed(t, content, func(_ arrays, m texts) { delete(m, "meanflow") }),
			[]string{`no metadata "meanflow"`, "faults.md"},
		},
		"metadata that are no JSON": {
			describe(func(string) string { return "MLP" }), []string{"invalid character"},
		},
		"metadata that are no object": {
			describe(func(string) string { return "[1]" }), []string{"cannot unmarshal"},
		},
		"no model": {describe(func(string) string { return "{}" }), []string{"latent"}},
		"no flow":  {replace(`"objective"`, `"other"`), []string{"holds no flow"}},
		"later format": {
			replace(`"format":3`, `"format":4`), []string{"format 4", "format 3"},
		},
		"unknown network": {replace(`"kind":"mlp"`, `"kind":"cnn"`), []string{`kind is "cnn"`}},
		"too many dims":   {replace(`"dim":2`, `"dim":2000000000`), []string{"2000000000 dim"}},
		"losses of 3 epochs": {
			replace(`"epoch":4`, `"epoch":3`), []string{"epoch is 3", "4 epochs"},
		},
		"moving averages": {
			replace(`"dim":2`, `"dim":2,"ema_decays":[0.9]`), []string{"moving averages", "0.9"},
		},
		"NaN": {
			number(float32(math.NaN())), []string{biases + " holds NaN as number 3 of 16"},
		},
		"infinite":       {number(float32(math.Inf(-1))), []string{biases + " holds -Inf"}},
		"custom network": {customContent, []string{"custom network", "LoadOptions.Network"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := meanflow.ReadSafetensors(test.content,
				meanflow.LoadOptions{Backend: config.Backend})
			check.Error(t, err, append(test.wants, "meanflow: ReadSafetensors: ")...)
			if m != nil || len(err.Error()) > 200 {
				t.Errorf("got the model %v and an error of %d characters", m, len(err.Error()))
			}
		})
	}
	for name, test := range map[string]struct {
		change func(arrays)
		want   meanflow.Difference
	}{
		"missing": {
			func(a arrays) { delete(a, biases) },
			meanflow.Difference{Checkpoint: "missing", Now: "(Float32)[16]"},
		},
		"wrong shape": {
			func(a arrays) { a[biases] = array(t, format.F32, []uint64{4, 4}, a[biases].Data()) },
			meanflow.Difference{Checkpoint: "(Float32)[4, 4]", Now: "(Float32)[16]"},
		},
		"extra": {
			func(a arrays) { a["hidden_9/biases"] = a[biases] },
			meanflow.Difference{
				Field:      "the network's /network/hidden_9/biases",
				Checkpoint: "(Float32)[16]", Now: "missing",
			},
		},
	} {
		if test.want.Field == "" {
			test.want.Field = "the network's /network/" + biases
		}
		_, err := meanflow.ReadSafetensors(keep(test.change),
			meanflow.LoadOptions{Backend: config.Backend})
		var mismatch *meanflow.MismatchError
		if !errors.As(err, &mismatch) ||
			!slices.Equal(mismatch.Differences, []meanflow.Difference{test.want}) {
			t.Errorf("%s: the error is %v, want a MismatchError with %v", name, err, test.want)
		}
	}
	// With its network, a custom model is read.
	read, err := meanflow.ReadSafetensors(customContent,
		meanflow.LoadOptions{Backend: config.Backend, Network: ownNetwork})
	if err != nil || !bytes.Equal(safetensors(t, read), customContent) {
		t.Errorf("reading a custom network: the error is %v, or the weights differ", err)
	}
}

// An error of the writer comes back.
func TestWriteSafetensorsReportsErrors(t *testing.T) {
	m := train(t, small(enginetest.PureGo(t)))
	left := 1000
	err := m.WriteSafetensors(writerFunc(func(p []byte) (int, error) {
		if left -= len(p); left < 0 {
			return 0, io.ErrShortWrite
		}
		return len(p), nil
	}))
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("the error is %v, want the writer's", err)
	}
}

// FuzzReadSafetensors changes a file. ReadSafetensors must return a model that can be sampled, or
// an error.
func FuzzReadSafetensors(f *testing.F) {
	engine := enginetest.PureGo(f)
	m, err := meanflow.Train(f.Context(), small(engine))
	if err != nil {
		f.Fatal(err)
	}
	content := safetensors(f, m)
	size := binary.LittleEndian.Uint64(content)
	f.Add(content[8:8+size], content[8+size:])
	f.Fuzz(func(t *testing.T, header, data []byte) {
		file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
		m, err := meanflow.ReadSafetensors(slices.Concat(file, header, data),
			meanflow.LoadOptions{Backend: engine})
		if (m == nil) == (err == nil) {
			t.Fatalf("got the model %v and the error %v, want exactly one of them", m, err)
		}
		if err == nil {
			if _, err := m.Sample(3, 1, 1); err != nil {
				t.Fatal(err)
			}
		}
	})
}
