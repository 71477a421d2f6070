package meanflow

import (
	"math"
	"math/bits"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// sortRows sorts each row of keys, int64 [rows, length], in ascending order.
//
// GoMLX's pure-Go engine runs a graph for each comparison of Sort (compute v0.1.6), which takes
// seconds for 100,000 keys. There sortRows sorts by a network of comparisons instead.
func sortRows(keys *Node) *Node {
	if backend.IsPureGo(keys.Graph().Backend()) {
		return bitonicSort(keys)
	}
	return Sort(keys, -1, true)
}

// bitonicSort sorts each row of keys, int64 [rows, length], by Batcher's bitonic network (K.
// Batcher, "Sorting networks and their applications", 1968): O(log(length)²) comparisons of whole
// arrays. It merges runs of 1, 2, 4, … keys, the runs at odd places in descending order.
func bitonicSort(keys *Node) *Node {
	g, rows, length := keys.Graph(), keys.Shape().Dim(0), keys.Shape().Dim(1)
	padded := 1 << bits.Len(uint(length-1))
	if padded > length {
		last := shapes.Make(dtypes.Int64, rows, padded-length)
		largest := BroadcastToShape(Const(g, int64(math.MaxInt64)), last)
		keys = Concatenate([]*Node{keys, largest}, 1)
	}
	for run := 2; run <= padded; run *= 2 {
		for distance := run / 2; distance > 0; distance /= 2 {
			// Key i is compared with key i + distance, both in the same pair of halves.
			pairs := padded / (2 * distance)
			halves := Reshape(keys, rows, pairs, 2, distance)
			first := Slice(halves, AxisRange(), AxisRange(), AxisElem(0))
			second := Slice(halves, AxisRange(), AxisRange(), AxisElem(1))
			low, high := Min(first, second), Max(first, second)
			if run < padded {
				place := Iota(g, shapes.Make(dtypes.Int32, rows, pairs, 1, distance), 1)
				runs := Div(place, Const(g, int32(run/(2*distance))))
				isOdd := Equal(Rem(runs, Const(g, int32(2))), Const(g, int32(1)))
				low, high = Where(isOdd, high, low), Where(isOdd, low, high)
			}
			keys = Reshape(Concatenate([]*Node{low, high}, 2), rows, padded)
		}
	}
	return Slice(keys, AxisRange(), AxisRange(0, length))
}
