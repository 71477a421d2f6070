// Package random draws random numbers inside a computation graph.
//
// On XLA the generator is Threefry-2x32 with 13 rounds (Salmon et al., "Parallel random numbers: as
// easy as 1, 2, 3", 2011): each number is a function of a key and its own counter. XLA vectorizes
// this function, spreads it over the processor's cores and fuses it with the code that uses the
// numbers. XLA's own generator, behind GoMLX's RandomUniform and RandomNormal, computes one number
// after the other, and took a tenth of the tutorial's training step. The pure-Go engine
// uses GoMLX's functions.
//
// Key and counter are the state of GoMLX's generator in the store of the variables. So seeds and
// checkpoints cover this package, and its functions and GoMLX's can be mixed.
package random

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Uniform builds random numbers that are uniform on [0, 1), float32 [dimensions...].
func Uniform(scope *model.Scope, g *Graph, dimensions ...int) *Node {
	if backend.IsPureGo(g.Backend()) {
		return scope.RandomUniform(g, shapes.Make(dtypes.Float32, dimensions...))
	}
	bits, _ := draw(scope, g, dimensions)
	return uniform(bits)
}

// Normal builds random numbers with the standard normal distribution, float32 [dimensions...]. On
// XLA they are
//
//	√(-2·ln(1 - a))·cos(2πb), with a and b uniform on [0, 1)
//
// (Box and Muller, "A note on the generation of random normal deviates", 1958).
func Normal(scope *model.Scope, g *Graph, dimensions ...int) *Node {
	if backend.IsPureGo(g.Backend()) {
		return scope.RandomNormal(g, shapes.Make(dtypes.Float32, dimensions...))
	}
	first, second := draw(scope, g, dimensions)
	radius := Sqrt(MulScalar(Log(OneMinus(uniform(first))), -2)) // 1 - a is never 0.
	return Mul(radius, Cos(MulScalar(uniform(second), 2*math.Pi)))
}

// uniform converts random uint32 to float32 in [0, 1), from their upper 24 bits: as many as a
// float32 holds.
func uniform(bits *Node) *Node {
	upper := BitwiseShiftRightLogicalScalar(bits, uint32(8))
	return MulScalar(ConvertDType(upper, dtypes.Float32), math.Pow(2, -24))
}

// draw builds two random uint32 per number, each [dimensions...], and advances the state. The
// state's first word is the key, its second word counts the draws. The generator's counter is the
// index of the number within the draw and the lower half of the second word; the upper half
// modifies the key.
func draw(scope *model.Scope, g *Graph, dimensions []int) (first, second *Node) {
	state := stateOf(scope.Store())
	words := state.NodeValue(g)
	halves := func(k int) (low, high *Node) {
		word := Reshape(Slice(words, AxisElem(k)))
		low = ConvertDType(word, dtypes.Uint32)
		return low, ConvertDType(BitwiseShiftRightLogicalScalar(word, uint64(32)), dtypes.Uint32)
	}
	key0, key1 := halves(0)
	drawsLow, drawsHigh := halves(1)
	state.SetNodeValue(Add(words, Const(g, []uint64{0, 1, 0})))

	numbers := shapes.Make(dtypes.Uint32, dimensions...)
	index := Reshape(Iota(g, shapes.Make(dtypes.Uint32, numbers.Size()), 0), dimensions...)
	return threefry(key0, BitwiseXor(key1, drawsHigh), index, BroadcastToShape(drawsLow, numbers))
}

// stateOf returns the variable with the state of GoMLX's generator. Like GoMLX, it creates a
// missing variable with a random value.
func stateOf(store *model.Store) *model.Variable {
	path := model.JoinPath("/", model.RNGStateVariableName)
	if store.GetVariable(path) == nil {
		if err := store.ResetRNGState(); err != nil {
			panic(err)
		}
	}
	return store.GetVariable(path)
}

// threefry builds Threefry-2x32-13: two random uint32 from a key and a counter of two uint32 each.
// The keys are scalars; the counters and the results have the same shape.
func threefry(key0, key1, counter0, counter1 *Node) (first, second *Node) {
	const rounds = 13
	rotations := [8]uint32{13, 15, 26, 6, 17, 29, 16, 24}
	parity := BitwiseXor(BitwiseXor(key0, key1), Const(key0.Graph(), uint32(0x1BD11BDA)))
	keys := [3]*Node{key0, key1, parity}
	first, second = Add(counter0, keys[0]), Add(counter1, keys[1])
	for round := range rounds {
		first = Add(first, second)
		left := rotations[round%8]
		second = BitwiseOr(BitwiseShiftLeftScalar(second, left),
			BitwiseShiftRightLogicalScalar(second, 32-left))
		second = BitwiseXor(second, first)
		if injection := (round + 1) / 4; (round+1)%4 == 0 {
			first = Add(first, keys[injection%3])
			second = Add(second, AddScalar(keys[(injection+1)%3], injection))
		}
	}
	return first, second
}

// Apart calls build with the generator's state advanced by a number of draws (a scalar uint64, as
// in [Skip]), then restores the state: the numbers drawn afterwards do not depend on build.
func Apart(store *model.Store, g *Graph, draws *Node, build func()) {
	state := stateOf(store)
	before := state.NodeValue(g)
	Skip(store, g, draws)
	build()
	state.SetNodeValue(before)
}

// Skip advances the generator's state by a number of draws (a scalar uint64, modulo 2⁶⁴). On XLA
// this leaves out the numbers of that many calls of [Uniform] or [Normal]; on the pure-Go engine it
// moves the generator to an unrelated state.
func Skip(store *model.Store, g *Graph, draws *Node) {
	state := stateOf(store)
	state.SetNodeValue(Add(state.NodeValue(g), Mul(draws, Const(g, []uint64{0, 1, 0}))))
}
