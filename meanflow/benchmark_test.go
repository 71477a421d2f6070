package meanflow

import (
	"context"
	"fmt"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/network"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// cube is data that is uniform on [-1, 1]ᵈ. The distribution does not affect the time of a step.
type cube struct{ dim int }

func (c cube) Dim() int { return c.dim }
func (c cube) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return AddScalar(MulScalar(random.Uniform(scope, g, n, c.dim), 2), -1)
}

// untrained returns a model before its training, and the configuration with its defaults.
func untrained(b *testing.B, config Config) (*Model, Config) {
	b.Helper()
	config.Data, config.Backend, config.Epochs = cube{2}, enginetest.XLA(b), None
	m, err := Train(context.Background(), config)
	if err != nil {
		b.Fatal(err)
	}
	config.Epochs = 1
	return m, config.withDefaults()
}

// repeat benchmarks a call. It calls once before it measures, to compile.
func repeat(b *testing.B, call func() error) {
	b.Helper()
	if err := call(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := call(); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkGraph benchmarks a graph that build builds for a batch of the tutorial's size.
func benchmarkGraph(b *testing.B, build func(u Velocity, batch Batch) *Node) {
	m, config := untrained(b, Config{})
	exec, err := model.NewExec(m.engine, m.store, func(scope *model.Scope, g *Graph) *Node {
		batch := Batch{
			Data:  cube{2}.Sample(scope, g, config.BatchSize),
			Noise: random.Normal(scope, g, config.BatchSize, 2),
		}
		batch.T, batch.R = UniformTimes().Draw(scope, g, config.BatchSize)
		return build(config.velocity(m.store.RootScope(), nil), batch)
	})
	if err != nil {
		b.Fatal(err)
	}
	defer exec.Finalize()
	repeat(b, func() error {
		result, err := exec.Call1()
		if err != nil {
			return err
		}
		return result.FinalizeAll()
	})
}

// BenchmarkNetwork evaluates the network at a batch.
func BenchmarkNetwork(b *testing.B) {
	benchmarkGraph(b, func(u Velocity, batch Batch) *Node {
		return u(batch.Interpolant(), batch.T, batch.R)
	})
}

// BenchmarkJVP evaluates the network and its derivative along the straight lines.
func BenchmarkJVP(b *testing.B) {
	benchmarkGraph(b, func(u Velocity, batch Batch) *Node {
		value, tangent := JVP(func(in []*Node) *Node { return u(in[0], in[1], in[2]) },
			[]*Node{batch.Interpolant(), batch.T, batch.R},
			[]*Node{batch.Velocity(), OnesLike(batch.T), ZerosLike(batch.R)})
		return Add(value, tangent)
	})
}

// BenchmarkLoss evaluates the loss without its gradient.
func BenchmarkLoss(b *testing.B) {
	for _, objective := range []Objective{FlowMatching{}, MeanFlow{}} {
		b.Run(objective.Name(), func(b *testing.B) {
			benchmarkGraph(b, func(u Velocity, batch Batch) *Node {
				loss, _ := objective.Loss(u, batch)
				return loss
			})
		})
	}
}

// BenchmarkStep runs a training step: it draws a batch, computes the gradient of its loss and
// changes the weights. The time of the compilation does not count.
func BenchmarkStep(b *testing.B) {
	for _, size := range []struct{ width, batch int }{
		{64, 256}, {64, 2048}, {128, 4096}, {64, 8192}, {64, 32768},
	} {
		for _, objective := range []Objective{FlowMatching{}, MeanFlow{}} {
			config := Config{
				Objective: objective,
				Network:   network.MLP{Width: size.width},
				BatchSize: size.batch,
			}
			name := fmt.Sprintf("width=%d/batch=%d/%s", size.width, size.batch, objective.Name())
			b.Run(name, func(b *testing.B) { benchmarkStep(b, config) })
		}
	}
	b.Run("width=64/batch=2048/recommended", func(b *testing.B) {
		benchmarkStep(b, Recommended(nil))
	})
	b.Run("patch transformer", func(b *testing.B) {
		image := network.ImageShape{Height: 28, Width: 28}
		benchmarkStep(b, Config{
			Data:      cube{image.Height * image.Width},
			Network:   network.PatchTransformer{Image: image, Patch: 7, Width: 64},
			BatchSize: 128,
		})
	})
}

// benchmarkStep measures the second of two epochs of b.N steps each.
func benchmarkStep(b *testing.B, config Config) {
	config.Backend = enginetest.XLA(b)
	if config.Data == nil {
		config.Data = cube{2}
	}
	config.Epochs, config.BatchesPerEpoch = 2, b.N
	config.OnEpoch = func(m *Model) error {
		if m.Epoch() == 1 {
			b.ResetTimer()
		}
		return nil
	}
	if _, err := Train(context.Background(), config); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkSample generates points from noise.
func BenchmarkSample(b *testing.B) {
	m, _ := untrained(b, Config{})
	for _, size := range []struct{ n, steps int }{
		{1000, 1}, {1000, 100}, {100_000, 1}, {1_000_000, 1},
	} {
		b.Run(fmt.Sprintf("points=%d/steps=%d", size.n, size.steps), func(b *testing.B) {
			repeat(b, func() error {
				_, err := m.Sample(size.n, size.steps, 1)
				return err
			})
		})
	}
}
