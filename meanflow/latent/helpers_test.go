package latent_test

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// bumps are images of 4 × 4 pixels with a bright spot at a random place: -1 + 2·exp(-d²) at the
// distance d from the place. Two numbers tell one image from another.
type bumps struct{}

func (bumps) Dim() int { return 16 }

func (bumps) Sample(scope *model.Scope, g *Graph, n int) *Node {
	places := MulScalar(random.Uniform(scope, g, n, 2), 3) // [n, 2], from 0 to 3.
	var rows, columns []float32
	for i := range 16 {
		rows, columns = append(rows, float32(i/4)), append(columns, float32(i%4))
	}
	distance := func(of []float32, axis int) *Node {
		place := Slice(places, AxisRange(), AxisElem(axis))
		return Square(Sub(BroadcastToDims(place, n, 16),
			BroadcastToDims(ExpandAxes(Const(g, of), 0), n, 16)))
	}
	squared := Add(distance(rows, 0), distance(columns, 1))
	return AddScalar(MulScalar(Exp(Neg(squared)), 2), -1)
}

// grid returns images of bumps at n × n places, computed here.
func grid(n int) [][]float64 {
	var images [][]float64
	for a := range n {
		for b := range n {
			y, x := 3*float64(a)/float64(n-1), 3*float64(b)/float64(n-1)
			image := make([]float64, 16)
			for i := range image {
				dy, dx := float64(i/4)-y, float64(i%4)-x
				image[i] = -1 + 2*math.Exp(-dy*dy-dx*dx)
			}
			images = append(images, image)
		}
	}
	return images
}

// small returns a configuration that trains in a fraction of a second.
func small(engine compute.Backend) latent.Config {
	return latent.Config{
		Data: bumps{}, CodeDim: 4, Network: latent.Dense{Widths: []int{32}}, Noise: 0.02,
		Epochs: 6, BatchesPerEpoch: 60, BatchSize: 32, LearningRate: 0.02, Backend: engine,
	}
}

// train trains and ends the test if Train returns an error.
func train(t *testing.T, config latent.Config) *latent.Autoencoder {
	t.Helper()
	a, err := latent.Train(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// encode encodes and ends the test if Encode returns an error.
func encode(t *testing.T, a *latent.Autoencoder, images [][]float64) [][]float64 {
	t.Helper()
	codes, err := a.Encode(images)
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// flowOn trains a small flow of points [dim] in pure Go.
func flowOn(t *testing.T, data meanflow.Data) *meanflow.Model {
	t.Helper()
	flow, err := meanflow.Train(t.Context(), meanflow.Config{
		Data: data, Epochs: 1, BatchesPerEpoch: 2, BatchSize: 16, Backend: enginetest.PureGo(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	return flow
}
