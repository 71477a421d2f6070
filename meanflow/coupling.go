package meanflow

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Coupling pairs data with noise. A data point and its noise are the ends of a straight line, and
// the velocity of the flow at a point is the mean velocity of the lines through it.
type Coupling struct {
	// Name identifies the coupling. A checkpoint keeps it, and resuming compares it.
	Name string
	// Pair draws the noise for data [batch, dim] and returns the data and the noise, [batch, dim]
	// each, with row i of the data paired with row i of the noise. It may reorder the data. The
	// noise of all rows together must be standard normal. Random numbers come from the scope.
	Pair func(scope *model.Scope, data *Node) (ordered, noise *Node)

	// given, if it is set, draws the noise for points under conditions. It returns the rows of
	// data, int32 [batch, 1], and the noise that belongs to them, [batch, dim]. The noise of a
	// class and a condition value must be standard normal.
	given func(scope *model.Scope, data *Node, under *conditions) (order, noise *Node)

	err error // What is wrong with the coupling's parameters. Train returns it.
}

// IndependentNoise draws noise that does not depend on the data.
func IndependentNoise() Coupling {
	pair := func(scope *model.Scope, data *Node) (ordered, noise *Node) {
		return data, random.Normal(scope, data.Graph(), data.Shape().Dimensions...)
	}
	return Coupling{Name: "independent noise", Pair: pair}
}

// SortedNoise draws noise of the same rank as the data. It sorts the points by their first
// coordinate and cuts them into groups, sorts each group by the second coordinate and cuts it
// again, and so on. The noise of a point comes from the part of the normal distribution at the same
// place in that order.
//
// In one dimension this is the coupling of optimal transport. In more dimensions it is close to the
// Knothe-Rosenblatt rearrangement (H. Knothe, "Contributions to the theory of convex bodies",
// 1957), which takes the first coordinate to its quantile, the second to its quantile given the
// first, and so on.
//
// The straight lines between such pairs hardly cross. Each is nearly a path of the flow with
// constant velocity, so the average velocity is nearly the same constant, and the loss has little
// noise. Optimal transport within a batch has the same effect (A. Tong et al., arXiv 2302.00482;
// A.-A. Pooladian et al., arXiv 2304.14772), but takes O(batch³) operations.
//
// SortedNoise cuts each coordinate into about batch^(1/dim) parts. The number of parts divides the
// batch, so batches that are powers of two work best. With more coordinates than log₂(batch), the
// noise of the last ones is independent.
//
// With a Config.Guidance, it gives points ranks within their class and, if there is a condition
// value, among the √batch points with the nearest values. Then the noise of a class is exactly
// standard normal, and the noise for a condition value is up to the change of the data between
// those points. With two or more condition values, points with near values are too few: [Train]
// refuses SortedNoise.
func SortedNoise() Coupling {
	return sortedBy("sorted noise", func(_ *model.Scope, data *Node) *Node { return data })
}

// SoftSortedNoise is [SortedNoise] in which each point x takes the rank of x + blur·ξ, with a new
// standard normal ξ. The noise of all rows together stays standard normal.
//
// SortedNoise cuts space: noise on the two sides of a cut belongs to points that may lie far apart.
// A network can't follow the jump, and the density of its samples shows traces of the cuts, which
// are straight edges. With a blur, noise near a cut belongs to either side by chance, as in optimal
// transport with an entropy (M. Cuturi, arXiv 1306.0895), and the mean velocity changes gradually.
//
// blur is in the network's units, in which data have a deviation near 1. It must be from 0 to 100;
// [Train] returns an error for others. The wider the blur, the rounder the density; a wide one, of
// 0.2 for instance, moves sharp edges of the data. "make quality" compares them
// (benchmarks/quality.md).
//
// A blur of 0 pairs as SortedNoise does but has another name, so a training that began with one of
// them doesn't resume with the other without Config.AllowChanges.
func SoftSortedNoise(blur float64) Coupling {
	var err error
	if !(blur >= 0 && blur <= 100) { // NaN fails, too.
		err = fmt.Errorf("the blur of SoftSortedNoise is %v, it must be from 0 to 100", blur)
	}
	name := fmt.Sprintf("sorted noise, blur %v", blur)
	coupling := sortedBy(name, func(scope *model.Scope, data *Node) *Node {
		if err != nil {
			panic(err)
		}
		moves := random.Normal(scope, data.Graph(), data.Shape().Dimensions...)
		return Add(data, MulScalar(moves, blur))
	})
	coupling.err = err
	return coupling
}

// sortedBy sorts points by the columns of keys, which are built from the data [batch, dim] and have
// its shape.
func sortedBy(name string, keys func(scope *model.Scope, data *Node) *Node) Coupling {
	return Coupling{
		Name: name,
		Pair: func(scope *model.Scope, data *Node) (ordered, noise *Node) {
			order, noise := sortedNoise(scope, keys(scope, data))
			return Gather(data, order), noise
		},
		given: func(
			scope *model.Scope, data *Node, under *conditions,
		) (order, noise *Node) {
			return sortedNoiseGiven(scope, keys(scope, data), under)
		},
	}
}

// sortedNoise returns the rows of the keys [batch, dim] in order, int32 [batch, 1], and the noise
// that belongs to them, [batch, dim].
func sortedNoise(scope *model.Scope, keys *Node) (order, noise *Node) {
	g, batch, dim := keys.Graph(), keys.Shape().Dim(0), keys.Shape().Dim(1)
	order = Iota(g, shapes.Make(dtypes.Int32, batch, 1), 0)
	var noises []*Node       // Of one or more coordinates each.
	groups, size := 1, batch // Groups, and points in a group.
	for k := range dim {
		if size == 1 && dim > maxUnjoined {
			noises = append(noises, random.Normal(scope, g, batch, dim-k))
			break
		}
		if size > 1 {
			column := Gather(Slice(keys, AxisRange(), AxisElem(k)), order)
			order = Gather(order, sortGroups(column, groups))
		}
		parts := divisorNear(size, math.Pow(float64(size), 1/float64(dim-k)))
		part := Iota(g, shapes.Make(dtypes.Float32, groups, parts, size/parts), 1)
		part = Reshape(part, batch, 1)
		place := DivScalar(Add(part, random.Uniform(scope, g, batch, 1)), float64(parts))
		noises = append(noises, random.NormalQuantile(place))
		groups, size = groups*parts, size/parts
	}
	return order, Concatenate(noises, -1)
}

// sortedNoiseGiven returns the rows of the keys [batch, dim] in order, int32 [batch, 1], and the
// noise that belongs to them, [batch, dim]. It pairs within classes and among points with near
// condition values, if there are any. It draws independent noise for the rows, sorts points and
// noise, and exchanges noise among rows of the same class only, so that the noise of a class
// remains normal.
func sortedNoiseGiven(
	scope *model.Scope, keys *Node, under *conditions,
) (order, noise *Node) {
	g, batch, dim := keys.Graph(), keys.Shape().Dim(0), keys.Shape().Dim(1)
	groups, size := 1, batch
	// sort sorts the rows of each group by their class first, and by a column second. Rows of data
	// and rows of noise at the same place have the same class at all times.
	sort := func(order, column *Node) *Node {
		columns := []*Node{column}
		if under.class != nil {
			columns = append(columns, ConvertDType(under.class, dtypes.Float32))
		}
		for _, column := range columns { // Sorting by the class keeps the order within it.
			order = Gather(order, sortGroups(Gather(column, order), groups))
		}
		return order
	}
	// cut cuts each group into parts, and leaves as many for each of the levels left. The first
	// level takes the classes apart, too.
	classes := float64(max(1, under.classes))
	cut := func(levels int) {
		parts := divisorNear(size, classes*math.Pow(float64(size)/classes, 1/float64(levels)))
		groups, size, classes = groups*parts, size/parts, 1
	}
	column := func(points *Node, k int) *Node { return Slice(points, AxisRange(), AxisElem(k)) }
	noise = random.Normal(scope, g, batch, dim)
	order = Iota(g, shapes.Make(dtypes.Int32, batch, 1), 0)
	if under.values != nil {
		order = sort(order, under.values)
		cut(2)
	}
	noiseOrder := order
	for k := 0; k < dim && size > 1; k++ {
		order, noiseOrder = sort(order, column(keys, k)), sort(noiseOrder, column(noise, k))
		cut(dim - k)
	}
	return order, Gather(noise, noiseOrder)
}

// maxUnjoined is the largest dimension in which sortedNoise draws the noise of each coordinate for
// itself, also where groups have a single point. In more dimensions it draws the noise of all the
// coordinates left at once: the compilation of one draw for each of 784 took minutes.
const maxUnjoined = 16

// sortGroups divides a column [batch, 1] into the given number of groups of consecutive rows, and
// sorts each group. It returns the rows in that order, int32 [batch, 1]. It sorts single integers,
// made of the number's bits and the row's index, because XLA takes ten times as long to sort two
// arrays together.
func sortGroups(column *Node, groups int) *Node {
	batch := column.Shape().Dim(0)
	bits := Bitcast(Reshape(column, groups, batch/groups), dtypes.Int32)
	// Flipping all bits of negative numbers except the sign puts the integers in the order of the
	// numbers.
	signs := BitwiseShiftRightArithmeticScalar(bits, int32(31))
	flipped := BitwiseAnd(signs, ConstAs(bits, math.MaxInt32))
	keys := BitwiseShiftLeftScalar(ConvertDType(BitwiseXor(bits, flipped), dtypes.Int64), int64(32))
	index := Iota(column.Graph(), shapes.Make(dtypes.Int64, batch), 0)
	index = Reshape(index, groups, batch/groups)
	sorted := sortRows(BitwiseOr(keys, index))
	order := ConvertDType(BitwiseAnd(sorted, ConstAs(sorted, math.MaxUint32)), dtypes.Int32)
	return Reshape(order, batch, 1)
}

// divisorNear returns the divisor of n, above 1 unless n is 1, whose ratio to target is nearest to
// 1.
func divisorNear(n int, target float64) int {
	distance := func(divisor int) float64 { return math.Abs(math.Log(float64(divisor) / target)) }
	best := n
	for divisor := 2; divisor < n; divisor++ {
		if n%divisor == 0 && distance(divisor) < distance(best) {
			best = divisor
		}
	}
	return best
}
