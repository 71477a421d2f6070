package training

import (
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// With 64 batches, each batch gets one of 64 consecutive points, and the batch that gets the first
// one varies. Data and noise stay paired.
func TestExamplesAreDealt(t *testing.T) {
	const n, batch = 64 * 100, 100
	numbers := make([][]float32, n)
	for i := range numbers {
		numbers[i] = []float32{float32(i), float32(-i)}
	}
	enginetest.Each(t, func(t *testing.T, engine compute.Backend) {
		store := model.NewStore()
		if err := store.SetRNGStateFromSeed(1); err != nil {
			t.Fatal(err)
		}
		a := &ahead{batches: 64}
		dealt, err := model.CallOnceN(engine, store,
			func(scope *model.Scope, points *Node) []*Node {
				return a.deal(scope, points, Neg(points))
			}, numbers)
		if err != nil {
			t.Fatal(err)
		}
		data, noise := dealt[0].Value().([][][]float32), dealt[1].Value().([][][]float32)
		firsts := map[int]int{}
		for row := range batch {
			var batches []int
			for k := range 64 {
				point := int(data[k][row][0])
				if point/64 != row {
					t.Fatalf("batch %d has the point %d in row %d, want one from %d on",
						k, point, row, 64*row)
				}
				if noise[k][row][0] != -data[k][row][0] || noise[k][row][1] != -data[k][row][1] {
					t.Fatalf("the noise %v is paired with the data %v", noise[k][row], data[k][row])
				}
				if point%64 == 0 {
					firsts[k]++
				}
				batches = append(batches, point%64)
			}
			slices.Sort(batches)
			if batches = slices.Compact(batches); len(batches) != 64 {
				t.Fatalf("%d of the 64 points from %d on are in a batch", len(batches), 64*row)
			}
		}
		// 100 first points in one of 64 random batches each: 50 ± 3 batches have at least one.
		if len(firsts) < 35 {
			t.Errorf("only %d batches have the first of 64 points, want at least 35", len(firsts))
		}
	})
}
