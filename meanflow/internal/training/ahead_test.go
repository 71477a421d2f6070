package training

import (
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/enginetest"
)

// Each batch gets one of every 64 consecutive points, and not always the same batch the first. The
// noise goes with its data.
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
					t.Fatalf("batch %d has point %d in place %d", k, point, row)
				}
				if noise[k][row][0] != -data[k][row][0] || noise[k][row][1] != -data[k][row][1] {
					t.Fatalf("the noise %v went with the data %v", noise[k][row], data[k][row])
				}
				if point%64 == 0 {
					firsts[k]++
				}
				batches = append(batches, point%64)
			}
			slices.Sort(batches)
			if batches = slices.Compact(batches); len(batches) != 64 {
				t.Fatalf("of the points from %d on %d were dealt", 64*row, len(batches))
			}
		}
		// 100 firsts, each of one of 64 batches at random: 50 batches have some, ±3.
		if len(firsts) < 35 {
			t.Errorf("all firsts are of %d batches", len(firsts))
		}
	})
}
