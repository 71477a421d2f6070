package training

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// EMAScope is the scope of the weights' exponential moving average with the decay EMADecays[k].
func EMAScope(k int) string { return fmt.Sprintf("average_%d", k) }

// emaPath is the path of the moving average of the weights at a path.
func emaPath(k int, path string) string {
	return model.JoinPath("/", EMAScope(k), strings.TrimPrefix(path, "/"+NetworkScope+"/"))
}

// beginEMAs sets the moving averages to the weights, before the first step.
func (c Config) beginEMAs() error {
	for _, weights := range slices.Collect(network(c.Store).IterVariables()) {
		for k := range c.EMADecays {
			value, err := weights.Value()
			if err != nil {
				return err
			}
			if value, err = value.Clone(); err != nil {
				return err
			}
			average, err := c.Store.CreateVariable(emaPath(k, weights.Path()), value)
			if err != nil {
				return err
			}
			average.SetTrainable(false)
		}
	}
	return nil
}

// updateEMAs builds the change of the moving averages after a step changed the weights w. An
// average a with the decay d takes over the weights of the first step, instead of keeping weights
// that were not trained (as Adam's moments are corrected, D. Kingma and J. Ba, arXiv 1412.6980,
// section 3). In step n:
//
//	a += (1 - d)/(1 - dⁿ)·(w - a)
func (c Config) updateEMAs(g *Graph) {
	steps := ConvertDType(optimizer.GetGlobalStepVar(c.Store).NodeValue(g), dtypes.Float32)
	for k, decay := range c.EMADecays {
		d := ConstAs(steps, decay)
		rate := Div(OneMinus(d), OneMinus(Pow(d, steps)))
		for _, weights := range slices.Collect(network(c.Store).IterVariables()) {
			average := c.Store.GetVariable(emaPath(k, weights.Path()))
			before := average.NodeValue(g)
			change := Sub(weights.NodeValue(g), before)
			average.SetNodeValue(Add(before, Mul(ConvertDType(rate, change.DType()), change)))
		}
	}
}
