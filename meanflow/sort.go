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
// arrays. It merges runs of 1, 2, 4, … keys. Two ascending runs become one that ascends and
// descends if the second one is reversed.
func bitonicSort(keys *Node) *Node {
	g, rows, length := keys.Graph(), keys.Shape().Dim(0), keys.Shape().Dim(1)
	padded := 1 << bits.Len(uint(length-1))
	if padded > length {
		last := shapes.Make(dtypes.Int64, rows, padded-length)
		largest := BroadcastToShape(Const(g, int64(math.MaxInt64)), last)
		keys = Concatenate([]*Node{keys, largest}, 1)
	}
	for run := 1; run < padded; run *= 2 {
		for distance := run; distance > 0; distance /= 2 {
			// Each key of a first half is compared with one of the second half.
			halves := Reshape(keys, rows, padded/(2*distance), 2, distance)
			first := Slice(halves, AxisRange(), AxisRange(), AxisElem(0))
			second := Slice(halves, AxisRange(), AxisRange(), AxisElem(1))
			if distance == run {
				second = Reverse(second, -1)
			}
			halves = Concatenate([]*Node{Min(first, second), Max(first, second)}, 2)
			keys = Reshape(halves, rows, padded)
		}
	}
	return Slice(keys, AxisRange(), AxisRange(0, length))
}
