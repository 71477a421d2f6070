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
	points := make([]*Node, dim) // By coordinate.
	for k := range points {
		points[k] = Slice(data, AxisRange(), AxisElem(k))
	}
	noises := make([]*Node, dim)
	groups, size := 1, batch // How many groups there are, and of how many points.
	for k := range dim {
		if size > 1 {
			for j := range points {
				points[j] = Reshape(points[j], groups, size)
			}
			points = sortBy(k, points)
		}
		parts := divisorNear(size, math.Pow(float64(size), 1/float64(dim-k)))
		part := Reshape(Iota(g, shapes.Make(dtypes.Float32, groups, parts, size/parts), 1), batch, 1)
		place := DivScalar(Add(part, random.Uniform(scope, g, batch, 1)), float64(parts))
		noises[k] = random.NormalQuantile(place)
		groups, size = groups*parts, size/parts
	}
	for k := range points {
		points[k] = Reshape(points[k], batch, 1)
	}
	return Concatenate(points, -1), Concatenate(noises, -1)
}

// sortBy sorts along the last axis by the values of one of some nodes, [groups, size] each, and moves those of the others
// along.
func sortBy(key int, columns []*Node) []*Node {
	isBefore := NewClosure(columns[0].Graph(), func(g *Graph) []*Node {
		var pair []*Node
		for k, column := range columns {
			a, b := Parameter(g, "", shapes.Make(column.DType())), Parameter(g, "", shapes.Make(column.DType()))
			if k == key {
				pair = []*Node{a, b}
			}
		}
		return []*Node{LessThan(pair[0], pair[1])}
	})
	return SortFunc(isBefore, -1, false, columns...)
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
