package datasets

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Crescent is uniform on the disc of radius 1 around the origin less the disc of radius 0.6 around
// (0.5, 0).
type Crescent struct{}

const (
	crescentRadius  = 1.0
	crescentHole    = 0.6
	crescentHoleAtX = 0.5
)

// Candidates for each point of the crescent, from the smallest rectangle around it, of which it fills 0.55:
// none of them lies on it for one point in 10¹¹, which then lies beside it.
const (
	crescentCandidates = 32
	crescentEnd        = 0.89 // The circles meet at x = 0.89.
)

func (Crescent) Name() string { return "crescent" }
func (Crescent) Dim() int     { return 2 }

// Sample draws candidates and takes the first that lies on the crescent: shapes in a graph are static, so
// there is no repeating until enough have been found.
func (Crescent) Sample(scope *model.Scope, g *Graph, n int) *Node {
	candidates := shapes.Make(dtypes.Float32, n, crescentCandidates)
	between := func(low, high float64) *Node {
		return AddScalar(MulScalar(scope.RandomUniform(g, candidates), high-low), low)
	}
	x, y := between(-crescentRadius, crescentEnd), between(-crescentRadius, crescentRadius)
	onDisc := LessOrEqual(Add(Square(x), Square(y)), Scalar(g, dtypes.Float32, crescentRadius*crescentRadius))
	fromHole := Add(Square(AddScalar(x, -crescentHoleAtX)), Square(y))
	outside := GreaterOrEqual(fromHole, Scalar(g, dtypes.Float32, crescentHole*crescentHole))
	accepted := LogicalAnd(onDisc, outside)
	chosen := OneHot(ArgMax(ConvertDType(accepted, dtypes.Int32), -1), crescentCandidates, dtypes.Float32)
	pick := func(coordinate *Node) *Node { return ReduceAndKeep(Mul(coordinate, chosen), ReduceSum, -1) }
	return Concatenate([]*Node{pick(x), pick(y)}, -1)
}

// Contains says whether a point lies on the large disc and not inside the small one.
func (Crescent) Contains(point []float64) bool {
	x, y := point[0], point[1]
	return math.Hypot(x, y) <= crescentRadius && math.Hypot(x-crescentHoleAtX, y) >= crescentHole
}
