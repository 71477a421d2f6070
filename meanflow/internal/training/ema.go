package training

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// EMAScope is the scope of the weights' exponential moving average with the decay EMADecays[k].
func EMAScope(k int) string { return fmt.Sprintf("average_%d", k) }

// emaPath is the path of the moving average of the weights at a path.
func emaPath(k int, path string) string {
	return model.JoinPath("/", EMAScope(k), strings.TrimPrefix(path, "/"+NetworkScope+"/"))
}

// updateEMAs builds the change of the moving averages after a step changed the weights w. An average a
// with the decay d begins with the weights of the first step, instead of zero or weights that were not
// trained (as Adam's moments are corrected, D. Kingma and J. Ba, arXiv 1412.6980, section 3). In step n:
//
//	a += (1 - d)/(1 - dⁿ)·(w - a)
func (c Config) updateEMAs(g *Graph) {
	steps := ConvertDType(optimizer.GetGlobalStepVar(c.Store).NodeValue(g), dtypes.Float32)
	for k, decay := range c.EMADecays {
		d := ConstAs(steps, decay)
		rate := Div(OneMinus(d), OneMinus(Pow(d, steps)))
		for _, weights := range slices.Collect(network(c.Store).IterVariables()) {
			path := emaPath(k, weights.Path())
			average := c.Store.VariableWithShape(path, weights.Shape(), initializer.Zero).SetTrainable(false)
			before := average.NodeValue(g)
			change := Sub(weights.NodeValue(g), before)
			average.SetNodeValue(Add(before, Mul(ConvertDType(rate, change.DType()), change)))
		}
	}
}
