package meanflow

import (
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// The field at points apart from both sets changes its sign if positive and negative points are
// exchanged, and is 0 if they are the same (arXiv 2602.04770, section 3).
func TestDriftIsAntisymmetric(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 0))
	points := func(n int) [][]float32 {
		rows := make([][]float32, n)
		for i := range rows {
			rows[i] = []float32{float32(random.NormFloat64()), float32(random.NormFloat64())}
		}
		return rows
	}
	out, err := CallOnceN(enginetest.PureGo(t), func(x, a, b *Node) []*Node {
		towards := func(a, b *Node) *Node {
			between := distances(x, Concatenate([]*Node{a, b}, 0))
			return drift(MulScalar(between, -2), a, b)
		}
		return []*Node{towards(a, b), Neg(towards(b, a)), towards(a, a)}
	}, points(4), points(3), points(5))
	if err != nil {
		t.Fatal(err)
	}
	check.Close(t, "exchanged", check.Floats(out[0]), check.Floats(out[1]), 1e-6)
	check.Close(t, "the same", check.Floats(out[2]), make([]float64, 8), 1e-6)
}
