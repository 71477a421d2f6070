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

// EMAScope returns the scope of the exponential moving average of the weights with the decay
// EMADecays[k].
func EMAScope(k int) string { return fmt.Sprintf("average_%d", k) }

// emaPath returns the path of the k-th moving average of the weights at a path.
func emaPath(k int, path string) string {
	return model.JoinPath("/", EMAScope(k), strings.TrimPrefix(path, "/"+NetworkScope+"/"))
}

// beginEMAs makes the moving averages, which begin as copies of the weights.
func (c Config) beginEMAs() error {
	for _, variable := range slices.Collect(network(c.Store).IterVariables()) {
		for k := range c.EMADecays {
			value, err := variable.Value()
			if err != nil {
				return err
			}
			if value, err = value.Clone(); err != nil {
				return err
			}
			average, err := c.Store.CreateVariable(emaPath(k, variable.Path()), value)
			if err != nil {
				return err
			}
			average.SetTrainable(false)
		}
	}
	return nil
}

// updateEMAs builds the update of the moving averages after step n changed the weights w. It
// corrects the bias towards the untrained weights, as Adam corrects its moments (D. Kingma and J.
// Ba, arXiv 1412.6980, section 3): after the first step, an average a with the decay d equals the
// weights.
//
//	a += (1 - d)/(1 - dⁿ)·(w - a)
func (c Config) updateEMAs(g *Graph) {
	steps := ConvertDType(optimizer.GetGlobalStepVar(c.Store).NodeValue(g), dtypes.Float32)
	for k, decay := range c.EMADecays {
		d := ConstAs(steps, decay)
		rate := Div(OneMinus(d), OneMinus(Pow(d, steps)))
		for _, variable := range slices.Collect(network(c.Store).IterVariables()) {
			average := c.Store.GetVariable(emaPath(k, variable.Path()))
			before := average.NodeValue(g)
			change := Sub(variable.NodeValue(g), before)
			average.SetNodeValue(Add(before, Mul(ConvertDType(rate, change.DType()), change)))
		}
	}
}
