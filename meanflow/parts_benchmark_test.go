package meanflow

import (
	"fmt"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// tutorial is an untrained model of the tutorial's size.
func tutorial(b *testing.B) (*Model, Config) {
	b.Helper()
	config := Config{Data: square{}, Backend: enginetest.XLA(b)}.withDefaults()
	m, _, err := begin(config)
	if err != nil {
		b.Fatal(err)
	}
	return m, config
}

// benchmarkGraph runs a graph of a batch of the tutorial's.
func benchmarkGraph(b *testing.B, build func(u Velocity, batch Batch) *Node) {
	m, config := tutorial(b)
	exec, err := model.NewExec(m.engine, m.store, func(scope *model.Scope, g *Graph) *Node {
		batch := Batch{Data: square{}.Sample(scope, g, config.BatchSize), Noise: random.Normal(scope, g, config.BatchSize, 2)}
		batch.T, batch.R = UniformTimes(scope, g, config.BatchSize)
		return build(func(x, t, r *Node) *Node { return m.net(m.network(), x, t, r) }, batch)
	})
	if err != nil {
		b.Fatal(err)
	}
	defer exec.Finalize()
	for b.Loop() {
		result, err := exec.Call1()
		if err != nil {
			b.Fatal(err)
		}
		result.MustFinalizeAll()
	}
}

// BenchmarkNetwork and BenchmarkJVP are the network, and the network with its derivative by time.
func BenchmarkNetwork(b *testing.B) {
	benchmarkGraph(b, func(u Velocity, batch Batch) *Node { return u(batch.Interpolant(), batch.T, batch.R) })
}

func BenchmarkJVP(b *testing.B) {
	benchmarkGraph(b, func(u Velocity, batch Batch) *Node {
		value, tangent := JVP(func(in []*Node) *Node { return u(in[0], in[1], in[2]) },
			[]*Node{batch.Interpolant(), batch.T, batch.R}, []*Node{batch.Velocity(), OnesLike(batch.T), ZerosLike(batch.R)})
		return Add(value, tangent)
	})
}

// BenchmarkLoss is the loss without its gradient.
func BenchmarkLoss(b *testing.B) {
	for _, objective := range []Objective{FlowMatching{}, MeanFlow{}} {
		b.Run(objective.Name(), func(b *testing.B) { benchmarkGraph(b, objective.Loss) })
	}
}

func BenchmarkSample(b *testing.B) {
	m, _ := tutorial(b)
	for _, size := range []struct{ n, steps int }{{1000, 1}, {1000, 100}, {100_000, 1}, {1_000_000, 1}} {
		b.Run(fmt.Sprintf("points=%d/steps=%d", size.n, size.steps), func(b *testing.B) {
			for b.Loop() {
				if _, err := m.Sample(size.n, size.steps, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
