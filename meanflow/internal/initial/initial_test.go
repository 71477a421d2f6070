package initial

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/internal/check"
	"github.com/meanflow-go/meanflow/internal/enginetest"
	"github.com/meanflow-go/meanflow/internal/exit"
)

// TestMain ends the process by [exit.Exit]: XLA's plugin crashes when the race detector ends a
// process.
func TestMain(m *testing.M) { exit.Exit(m.Run()) }

// The known answers are those of Random123's kat_vectors, philox4x32 with 10 rounds.
func TestPhilox(t *testing.T) {
	const ones = math.MaxUint64
	for _, test := range []struct {
		state philox
		want  [4]uint32
	}{
		{philox{}, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{philox{ones, ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{philox{0x299f31d0a4093822, 0x85a308d3243f6a88, 0x0370734413198a2e},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := test.state.next(); got != test.want {
			t.Errorf("got %x, want %x", got, test.want)
		}
	}
}

// newStore returns a store with a seed and variables of several shapes: whole and broken quadruples
// of numbers, bounds that are and are not powers of 2, zeros.
func newStore(t *testing.T) *model.Store {
	t.Helper()
	store := model.NewStore()
	t.Cleanup(store.Finalize)
	if err := store.SetRNGStateFromSeed(42); err != nil {
		t.Fatal(err)
	}
	// The counter's lower half overflows after two quadruples.
	state := store.GetVariable("/" + model.RNGStateVariableName)
	words := state.MustValue().Value().([]uint64)
	words[1] = math.MaxUint64 - 1
	if err := state.SetValue(tensors.FromValue(words)); err != nil {
		t.Fatal(err)
	}
	for k, bound := range []float64{0.125, 1 / math.Sqrt(13), 0, 2.5} {
		shape := shapes.Make(dtypes.Float32, 13, 1+2*k)
		Uniform(store.RootScope().At("layer_%d", k), "weights", bound, shape)
	}
	return store
}

// values returns the values of all variables by their paths.
func values(store *model.Store) map[string]string {
	values := map[string]string{}
	for variable := range store.IterVariables() {
		values[variable.Path()] = fmt.Sprint(variable.MustValue().Value())
	}
	return values
}

// Draw gives the values that a graph does on XLA. Without fused multiply-add, that graph would
// round twice.
func TestDrawEqualsXLA(t *testing.T) {
	if testing.Short() {
		t.Skip("compiling takes long")
	}
	byGraph, drawn := newStore(t), newStore(t)
	if err := byGraph.InitializeVariables(enginetest.XLA(t), nil); err != nil {
		t.Fatal(err)
	}
	if err := Draw(drawn); err != nil {
		t.Fatal(err)
	}
	want := values(byGraph)
	for path, value := range values(drawn) {
		if value != want[path] {
			t.Errorf("%s is %.60s, want %.60s", path, value, want[path])
		}
	}
}

// Values lie in ±bound and fill it: the mean of 10,000 uniform numbers is 0 ± bound/√3/100, and
// they reach within a thousandth of both ends but with a probability of 2·e⁻⁵.
func TestUniform(t *testing.T) {
	const n, bound = 10_000, 0.3
	store := newStore(t)
	variable := Uniform(store.RootScope(), "many", bound, shapes.Make(dtypes.Float32, n))
	if err := Draw(store); err != nil {
		t.Fatal(err)
	}
	numbers := check.Floats(variable.MustValue())
	var sum float64
	for _, number := range numbers {
		sum += number
	}
	check.Close(t, "mean", []float64{sum / n}, []float64{0}, 5*bound/math.Sqrt(3)/100)
	check.Close(t, "ends", []float64{slices.Min(numbers), slices.Max(numbers)},
		[]float64{-bound, bound}, bound/1000)
}

// Draw leaves variables with values as they are, and all if one begins in a way it doesn't know.
func TestDrawLeaves(t *testing.T) {
	store := newStore(t)
	given := store.RootScope().VariableWithValue("given", []float32{7})
	if err := Draw(store); err != nil {
		t.Fatal(err)
	}
	if got := check.Floats(given.MustValue()); got[0] != 7 {
		t.Errorf("a variable with the value 7 has the value %v", got)
	}
	drawn := values(store)
	if err := Draw(store); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(values(store)) != fmt.Sprint(drawn) {
		t.Error("drawing again changed values")
	}
	for name, shape := range map[string]shapes.Shape{
		"foreign": shapes.Make(dtypes.Float32, 2), "double": shapes.Make(dtypes.Float64, 2),
	} {
		store := newStore(t)
		if name == "foreign" {
			store.RootScope().VariableWithShape(name, shape)
		} else {
			Uniform(store.RootScope(), name, 1, shape)
		}
		if err := Draw(store); err != nil {
			t.Fatal(err)
		}
		for variable := range store.IterVariables() {
			isState := variable.Name() == model.RNGStateVariableName
			if variable.HasValue() != isState {
				t.Errorf("%s: %s has a value: %t", name, variable.Path(), variable.HasValue())
			}
		}
	}
}
