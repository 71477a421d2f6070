package meanflow

import (
	"fmt"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// square is uniform on [-1, 1]²: what there is to learn makes no difference to how long a step takes.
type square struct{}

func (square) Dim() int { return 2 }
func (square) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return AddScalar(MulScalar(random.Uniform(scope, g, n, 2), 2), -1)
}

// BenchmarkStep is a step of training: a batch is drawn, the gradient of its loss taken, and the weights are
// changed. Compilation is not counted.
func BenchmarkStep(b *testing.B) {
	for _, size := range []struct{ width, batch int }{{64, 256}, {64, 2048}, {128, 4096}, {64, 8192}, {64, 32768}} {
		for _, objective := range []Objective{FlowMatching{}, MeanFlow{}} {
			b.Run(fmt.Sprintf("width=%d/batch=%d/%s", size.width, size.batch, objective.Name()), func(b *testing.B) {
				config := Config{
					Data: square{}, Objective: objective, Backend: enginetest.XLA(b),
					MLP: MLP{Width: size.width}, BatchSize: size.batch,
				}.withDefaults()
				m, _, err := begin(config)
				if err != nil {
					b.Fatal(err)
				}
				steps, err := m.newTrainingSteps(config)
				if err != nil {
					b.Fatal(err)
				}
				defer steps.Finalize()
				for range 3 {
					if _, err := steps.run(b.Context(), 1); err != nil {
						b.Fatal(err)
					}
				}
				b.ResetTimer()
				// As many as run at once: what is counted is a step.
				for left := b.N; left > 0; {
					losses, err := steps.run(b.Context(), left)
					if err != nil {
						b.Fatal(err)
					}
					left -= len(losses)
				}
			})
		}
	}
}
