package meanflow

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

// Averaged is the model with a moving average of its weights, one of Config.Averages, or with its last weights, for
// a decay of 0. A model has the first of the averages to begin with, if there are some. It shares the weights with m.
func (m *Model) Averaged(decay float64) (*Model, error) {
	scope := networkScope
	if decay != 0 {
		k := slices.Index(m.about.Averages, decay)
		if k < 0 {
			return nil, fmt.Errorf("meanflow: Averaged: the decay is %v, the model's averages have %v, and 0 is for its last weights", decay, m.about.Averages)
		}
		scope = averageScope(k)
	}
	return &Model{about: m.about, net: m.net, store: m.store, engine: m.engine, generating: scope, mutex: m.mutex}, nil
}

// generating is the scope of the weights that a model generates with to begin with.
func (d description) generating() string {
	if len(d.Averages) > 0 {
		return averageScope(0)
	}
	return networkScope
}

// averageScope is where the weights' moving average with the decay Config.Averages[k] is in a model's store.
func averageScope(k int) string { return fmt.Sprintf("average_%d", k) }

// averagePath is where the average is of the weights at a path.
func averagePath(k int, path string) string {
	return model.JoinPath("/", averageScope(k), strings.TrimPrefix(path, "/"+networkScope+"/"))
}

// updateAverages builds the change of the moving averages after a step changed the weights w. An average a with the
// decay d begins with the weights of the first step, instead of zero or weights that were not trained (as Adam's
// moments are corrected, D. Kingma and J. Ba, arXiv 1412.6980, section 3), in step n:
//
//	a += (1 - d)/(1 - dⁿ)·(w - a)
func (m *Model) updateAverages(g *Graph) {
	steps := ConvertDType(optimizer.GetGlobalStepVar(m.store).NodeValue(g), dtypes.Float32)
	for k, decay := range m.about.Averages {
		d := ConstAs(steps, decay)
		rate := Div(OneMinus(d), OneMinus(Pow(d, steps)))
		for _, weights := range slices.Collect(m.network().IterVariables()) {
			average := m.average(k, weights)
			before := average.NodeValue(g)
			change := Sub(weights.NodeValue(g), before)
			average.SetNodeValue(Add(before, Mul(ConvertDType(rate, change.DType()), change)))
		}
	}
}

// average is the variable for the average of some weights.
func (m *Model) average(k int, weights *model.Variable) *model.Variable {
	return m.store.VariableWithShape(averagePath(k, weights.Path()), weights.Shape(), initializer.Zero).SetTrainable(false)
}
