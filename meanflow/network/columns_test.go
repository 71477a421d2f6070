package network_test

import (
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// TestColumns compares an MLP on a batch, which is held as columns on XLA, with the same MLP on the
// halves of the batch, which are too small for that: the velocities and their derivatives by time
// are those of the halves, and the gradient of the weights is the sum of the halves' gradients.
func TestColumns(t *testing.T) {
	const batch, width, dim = 16, 4, 3
	mlp := network.MLP{Width: width, Depth: 1}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := seededStore(t, 1)
		results, err := model.CallOnceN(engine, store, func(scope *model.Scope, g *Graph) []*Node {
			x := scope.RandomNormal(g, shapes.Make(dtypes.Float32, batch, dim))
			time := scope.RandomUniform(g, shapes.Make(dtypes.Float32, batch, 1))
			// part builds the velocities, their derivatives and the gradients of the weights.
			part := func(from, to int) (values *Node, gradients []*Node) {
				primals := []*Node{Slice(x, AxisRange(from, to)), Slice(time, AxisRange(from, to))}
				u, dudt := meanflow.JVP(func(p []*Node) *Node {
					return mlp.Velocity(scope, network.Input{X: p[0], T: p[1], R: ZerosLike(p[1])})
				}, primals, []*Node{ZerosLike(primals[0]), OnesLike(primals[1])})
				return Concatenate([]*Node{u, dudt}, -1),
					scope.BuildTrainableVariablesGradientsGraph(
						ReduceAllSum(Add(Square(u), Square(dudt))))
			}
			whole, gradients := part(0, batch)
			first, gradients1 := part(0, batch/2)
			second, gradients2 := part(batch/2, batch)
			outputs := []*Node{whole, Concatenate([]*Node{first, second}, 0)}
			for k, gradient := range gradients {
				outputs = append(outputs, gradient, Add(gradients1[k], gradients2[k]))
			}
			return outputs
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(results) != 2+2*4 { // Two layers have weights and biases each.
			t.Fatalf("%d results, want 10", len(results))
		}
		for k := 0; k < len(results); k += 2 {
			check.Close(t, results[k].Shape().String(),
				check.Floats(results[k]), check.Floats(results[k+1]), 1e-5)
		}
	})
}
