// Package initial gives weights their initial values without a graph. XLA takes longer to compile a
// graph that draws the weights of the tutorial's network than a hundred training steps take.
package initial

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"
)

// Uniform returns the variable of the scope with a name, or makes it. It begins uniform in ±bound,
// or at zero if bound is 0.
func Uniform(
	scope *model.Scope, name string, bound float64, shape shapes.Shape,
) *model.Variable {
	begin := initializer.Zero
	if bound != 0 {
		begin = initializer.RandomUniformFn(scope, -bound, bound)
	}
	variable := scope.WithInitializer(begin).VariableWithShape(name, shape)
	scope.Store().RootScope().SetParam(boundOf(variable), bound)
	return variable
}

// boundOf is the name of the store's parameter that keeps the bound of a variable.
func boundOf(variable *model.Variable) string { return "initial bound: " + variable.Path() }

// Draw gives each variable without a value its initial one. It changes nothing if any of them was
// not made by [Uniform] or is not float32: its graph would continue with the generator's state.
//
// The values, and the generator's state after them, are those of Store.InitializeVariables on XLA,
// to the last bit on a processor with fused multiply-add.
func Draw(store *model.Store) error {
	bounds := map[*model.Variable]float64{}
	var undrawn []*model.Variable
	for variable := range store.IterVariables() {
		if variable.HasValue() {
			continue
		}
		bound, ok := store.RootScope().GetParam(boundOf(variable))
		if !ok || variable.DType() != dtypes.Float32 {
			return nil
		}
		bounds[variable] = bound.(float64)
		undrawn = append(undrawn, variable)
	}
	state := store.GetVariable(model.JoinPath("/", model.RNGStateVariableName))
	value, err := state.Value()
	if err != nil {
		return err
	}
	words := value.Value().([]uint64)
	random := philox{words[0], words[1], words[2]}
	for _, variable := range undrawn {
		value := tensors.FromShape(variable.Shape())
		if bound := bounds[variable]; bound != 0 {
			tensors.MustMutableFlatData(value, func(flat []float32) { random.fill(flat, bound) })
		}
		if err := variable.SetValue(value); err != nil {
			return err
		}
	}
	return state.SetValue(tensors.FromValue([]uint64{random.key, random.low, random.high}))
}
