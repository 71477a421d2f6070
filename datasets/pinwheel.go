package datasets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// Pinwheel is a distribution on five bent arms (Johnson et al., "Composing graphical models with
// neural networks for structured representations and fast inference", 2016, arXiv 1603.06277). A
// point is normal around (1, 0) with standard deviation 0.3 along the arm and 0.1 across, then
// rotated by 2πk/5 + exp(d)/4 for a uniformly drawn arm k and its coordinate d along the arm.
type Pinwheel struct{}

const pinwheelArms = 5

// Name returns "pinwheel".
func (Pinwheel) Name() string { return "pinwheel" }

// Dim returns 2.
func (Pinwheel) Dim() int { return 2 }

// Fingerprint returns "pinwheel": a Pinwheel has no parameters.
func (Pinwheel) Fingerprint() string { return "pinwheel" }

// Sample builds n points, float32 [n, 2].
func (Pinwheel) Sample(scope *model.Scope, g *Graph, n int) *Node {
	arm := Floor(MulScalar(random.Uniform(scope, g, n, 1), pinwheelArms))
	along := OnePlus(MulScalar(random.Normal(scope, g, n, 1), 0.3))
	across := MulScalar(random.Normal(scope, g, n, 1), 0.1)
	angle := Add(MulScalar(arm, 2*math.Pi/pinwheelArms), MulScalar(Exp(along), 0.25))
	x := Sub(Mul(along, Cos(angle)), Mul(across, Sin(angle)))
	y := Add(Mul(along, Sin(angle)), Mul(across, Cos(angle)))
	return Concatenate([]*Node{x, y}, -1)
}
