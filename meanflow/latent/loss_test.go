package latent

import (
	"math"
	"slices"
	"sync"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// The loss without noise agrees with the one computed here in plain Go, with the exact GELU
// x·Φ(x). With noise of the deviation s it is larger, by an amount that grows with s.
func TestLossAgainstPlainGo(t *testing.T) {
	engine := enginetest.PureGo(t)
	network := Dense{Widths: []int{3}}
	a := &Autoencoder{
		meta: metadata{Dim: 4, CodeDim: 2}, network: network, store: model.NewStore(),
		engine: engine, mutex: new(sync.Mutex),
	}
	if err := a.store.SetRNGStateFromSeed(7); err != nil {
		t.Fatal(err)
	}
	images := [][]float64{{0.1, -0.9, 0.5, 1}, {-1, 0.3, -0.2, 0}}
	x := [][]float32{{0.1, -0.9, 0.5, 1}, {-1, 0.3, -0.2, 0}}
	x = slices.Repeat(x, 1000) // For the mean over the noise.
	losses, err := model.CallOnceN(engine, a.store, func(scope *model.Scope, in []*Node) []*Node {
		var losses []*Node
		for _, noise := range []float64{0, 0.5, 2} {
			losses = append(losses, Config{Noise: noise}.loss(a, scope, in[0]))
		}
		return losses
	}, x)
	if err != nil {
		t.Fatal(err)
	}
	layer := func(path string, x []float64) []float64 {
		scope := "/network/" + path + "/dense"
		weights := a.store.GetVariable(scope + "/weights").MustValue().Value().([][]float32)
		biases := a.store.GetVariable(scope + "/biases").MustValue().Value().([]float32)
		y := make([]float64, len(biases))
		for j := range y {
			y[j] = float64(biases[j])
			for i := range x {
				y[j] += x[i] * float64(weights[i][j])
			}
		}
		return y
	}
	gelu := func(x []float64) []float64 {
		for i := range x {
			x[i] *= (1 + math.Erf(x[i]/math.Sqrt2)) / 2
		}
		return x
	}
	want := 0.
	for _, image := range images {
		code := layer("encoder/output", gelu(layer("encoder/hidden_0", image)))
		scale := 1 / math.Sqrt((code[0]*code[0]+code[1]*code[1])/2+1e-6)
		for i := range code {
			code[i] *= scale
		}
		for i, y := range layer("decoder/output", gelu(layer("decoder/hidden_0", code))) {
			want += (math.Tanh(y) - image[i]) * (math.Tanh(y) - image[i]) / 8
		}
	}
	got := check.Floats(losses[0])
	check.Close(t, "loss", got, []float64{want}, 1e-5)
	little, much := check.Floats(losses[1])[0], check.Floats(losses[2])[0]
	if !(got[0] < little && little < much) {
		t.Errorf("the losses with no, little and much noise are %v, %v, %v: they must grow",
			got[0], little, much)
	}
}
