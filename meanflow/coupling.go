package meanflow

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Coupling draws the noise for a batch of data, [batch, dim] both. It returns the data in any order; its rows and those
// of the noise are the pairs that the flow is made of. Taken alone, the noise must be standard normal.
type Coupling func(scope *model.Scope, data *Node) (ordered, noise *Node)

// IndependentNoise draws noise that has nothing to do with the data.
func IndependentNoise(scope *model.Scope, data *Node) (ordered, noise *Node) {
	return data, random.Normal(scope, data.Graph(), data.Shape().Dimensions...)
}

// SortedNoise draws noise of the same rank as the data. The points are sorted by their first coordinate and cut into
// groups, each group is sorted by the second and cut again, and so on; the noise of a point is drawn from the part of
// the normal distribution that has its place in the same order. In one dimension that is the coupling of optimal
// transport. In more it comes near to the Knothe-Rosenblatt rearrangement (H. Knothe, "Contributions to the theory of
// convex bodies", 1957), which takes the first coordinate to its quantile, the second to its quantile given the first,
// and so on.
//
// The straight lines between such pairs do not cross: each is a path of the flow, whose velocity is constant on it and so
// is the average velocity, and the loss has little noise. Optimal transport within a batch gives that too (A. Tong et al.,
// arXiv 2302.00482; A.-A. Pooladian et al., arXiv 2304.14772), for the cube of the batch's size in operations where this
// one sorts.
//
// A coordinate is cut into about batch^(1/dim) parts, a divisor of the batch: powers of two serve best.
func SortedNoise(scope *model.Scope, data *Node) (ordered, noise *Node) {
	g, batch, dim := data.Graph(), data.Shape().Dim(0), data.Shape().Dim(1)
	ordered = data
	noises := make([]*Node, dim) // By coordinate.
	groups, size := 1, batch     // How many groups there are, and of how many points.
	for k := range dim {
		if size > 1 {
			ordered = sortGroups(ordered, k, groups)
		}
		parts := divisorNear(size, math.Pow(float64(size), 1/float64(dim-k)))
		part := Reshape(Iota(g, shapes.Make(dtypes.Float32, groups, parts, size/parts), 1), batch, 1)
		place := DivScalar(Add(part, random.Uniform(scope, g, batch, 1)), float64(parts))
		noises[k] = random.NormalQuantile(place)
		groups, size = groups*parts, size/parts
	}
	return ordered, Concatenate(noises, -1)
}

// sortGroups sorts points [batch, dim] by a coordinate, each of so many groups for itself. What XLA sorts are single
// numbers, since that takes it a tenth of the time: the bits of a coordinate, in front of the point's index.
func sortGroups(points *Node, coordinate, groups int) *Node {
	batch := points.Shape().Dim(0)
	bits := Bitcast(Reshape(Slice(points, AxisRange(), AxisElem(coordinate)), groups, batch/groups), dtypes.Int32)
	// Of negative numbers all bits but the sign's are turned, so that the order of the integers is that of the numbers.
	turned := BitwiseAnd(BitwiseShiftRightArithmeticScalar(bits, int32(31)), ConstAs(bits, math.MaxInt32))
	keys := BitwiseShiftLeftScalar(ConvertDType(BitwiseXor(bits, turned), dtypes.Int64), int64(32))
	index := Reshape(Iota(points.Graph(), shapes.Make(dtypes.Int64, batch), 0), groups, batch/groups)
	sorted := Sort(BitwiseOr(keys, index), -1, true)
	order := ConvertDType(BitwiseAnd(sorted, ConstAs(sorted, math.MaxUint32)), dtypes.Int32)
	return Gather(points, Reshape(order, batch, 1))
}

// divisorNear is the divisor of n nearest to a number, by their ratio, and not 1 unless n is.
func divisorNear(n int, number float64) int {
	apart := func(divisor int) float64 { return math.Abs(math.Log(float64(divisor) / number)) }
	best := n
	for divisor := 2; divisor < n; divisor++ {
		if n%divisor == 0 && apart(divisor) < apart(best) {
			best = divisor
		}
	}
	return best
}
