package meanflow

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// The pure-Go engine sorts rows of any length as package slices does.
func TestSortRows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, length := range []int{1, 2, 3, 8, 100, 1025} {
		keys := make([][]int64, 3)
		for i := range keys {
			keys[i] = make([]int64, length)
			for k := range keys[i] {
				keys[i][k] = random.Int64N(int64(length)) - int64(length/2) // Some are equal.
			}
		}
		keys[0][0], keys[1][0] = math.MaxInt64, math.MinInt64
		build := func(_ *model.Scope, g *Graph) []*Node {
			return []*Node{sortRows(Const(g, keys))}
		}
		sorted, err := engine.DrawOnce(enginetest.PureGo(t), build)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range sorted[0].Value().([][]int64) {
			want := slices.Sorted(slices.Values(keys[i]))
			if !slices.Equal(got, want) {
				t.Errorf("row %d of %d keys is not sorted: %v", i, length, got[:min(20, length)])
			}
		}
	}
}
