package network

import (
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// The products over all pairs of axes, their gradients, and the gradients of these are those that
// GoMLX derives from sums of products of elements, without any product of matrices.
func TestMatMul(t *testing.T) {
	byElements := func(a *Node, aAxis int, b *Node, bAxis int) *Node {
		if aAxis == 0 {
			a = TransposeAllAxes(a, 1, 0)
		}
		if bAxis == 0 {
			b = TransposeAllAxes(b, 1, 0)
		}
		return ReduceSum(Mul(InsertAxes(a, 1), InsertAxes(b, 0)), -1)
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		for _, axes := range [][2]int{{1, 0}, {1, 1}, {0, 0}, {0, 1}} {
			a := [][]float32{{1, -2, 3}, {0.5, 4, -1}}
			if axes[0] == 0 {
				a = [][]float32{{1, 0.5}, {-2, 4}, {3, -1}}
			}
			b := [][]float32{{2, -1, 0, 1}, {3, 0.5, -2, 5}, {1, 1, -4, 0.25}}
			if axes[1] == 1 {
				b = [][]float32{{2, 3, 1}, {-1, 0.5, 1}, {0, -2, -4}, {1, 5, 0.25}}
			}
			results := func(product func(*Node, int, *Node, int) *Node) [][]float64 {
				outputs, err := ExecOnceN(engine, func(a, b *Node) []*Node {
					value := product(a, axes[0], b, axes[1])
					first := Gradient(ReduceAllSum(Mul(value, Square(value))), a, b)
					sum := Add(ReduceAllSum(Square(first[0])), ReduceAllSum(Square(first[1])))
					return append([]*Node{value, first[0], first[1]}, Gradient(sum, a, b)...)
				}, a, b)
				if err != nil {
					t.Fatal(err)
				}
				var flat [][]float64
				for _, output := range outputs {
					flat = append(flat, check.Floats(output))
				}
				return flat
			}
			got, want := results(matMul), results(byElements)
			for k, name := range []string{"product", "by a", "by b", "twice by a", "twice by b"} {
				check.Close(t, name, got[k], want[k], 1e-6)
			}
		}
	})
}
