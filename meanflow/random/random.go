// Package random draws random numbers in a graph, in a training step for instance.
//
// On XLA they come from a function of a key and a counter, Threefry-2x32 with 13 rounds (J. Salmon et al., "Parallel
// random numbers: as easy as 1, 2, 3", 2011), of which each number is computed on its own, so that the compiler makes
// vector instructions of it, shares it among the processor's cores, and joins it to what the number is for. XLA's own
// generator, which is what GoMLX's RandomUniform and RandomNormal use, computes one number after the other: that took
// a tenth of the tutorial's training step. Other engines use GoMLX's functions.
//
// Key and counter are the state of GoMLX's generator in the store of the variables, so that seeds, checkpoints and
// GoMLX's own functions go with it.
package random

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Uniform builds float32 numbers of the given dimensions, uniform in [0, 1).
func Uniform(scope *model.Scope, g *Graph, dimensions ...int) *Node {
	if backend.IsPureGo(g.Backend()) {
		return scope.RandomUniform(g, shapes.Make(dtypes.Float32, dimensions...))
	}
	bits, _ := draw(scope, g, dimensions)
	return uniform(bits)
}

// Normal builds float32 numbers of the given dimensions, from the normal distribution with mean 0 and variance 1. Each
// is √(-2 ln a)·cos(2πb) with a and b uniform (G. Box and M. Muller, 1958).
func Normal(scope *model.Scope, g *Graph, dimensions ...int) *Node {
	if backend.IsPureGo(g.Backend()) {
		return scope.RandomNormal(g, shapes.Make(dtypes.Float32, dimensions...))
	}
	first, second := draw(scope, g, dimensions)
	radius := Sqrt(MulScalar(Log(OneMinus(uniform(first))), -2)) // 1 - a is never 0.
	return Mul(radius, Cos(MulScalar(uniform(second), 2*math.Pi)))
}

// uniform takes the 24 bits that a float32 holds.
func uniform(bits *Node) *Node {
	return MulScalar(ConvertDType(BitwiseShiftRightLogicalScalar(bits, uint32(8)), dtypes.Float32), math.Pow(2, -24))
}

// draw builds two random uint32 for each number, and changes the state so that the next ones are others: the state's
// first word is the key, its second counts the calls, and within a call the numbers are counted.
func draw(scope *model.Scope, g *Graph, dimensions []int) (first, second *Node) {
	state := stateOf(scope.Store())
	words := state.NodeValue(g)
	halves := func(k int) (low, high *Node) {
		word := Reshape(Slice(words, AxisElem(k)))
		return ConvertDType(word, dtypes.Uint32), ConvertDType(BitwiseShiftRightLogicalScalar(word, uint64(32)), dtypes.Uint32)
	}
	key0, key1 := halves(0)
	call, calls := halves(1)
	state.SetNodeValue(Add(words, Const(g, []uint64{0, 1, 0})))

	numbers := shapes.Make(dtypes.Uint32, dimensions...)
	index := Reshape(Iota(g, shapes.Make(dtypes.Uint32, numbers.Size()), 0), dimensions...)
	return threefry(key0, BitwiseXor(key1, calls), index, BroadcastToShape(call, numbers))
}

// stateOf is the variable of GoMLX's generator. It is given a random value where there is none, as GoMLX does.
func stateOf(store *model.Store) *model.Variable {
	path := model.JoinPath("/", model.RNGStateVariableName)
	if store.GetVariable(path) == nil {
		if err := store.ResetRNGState(); err != nil {
			panic(err)
		}
	}
	return store.GetVariable(path)
}

// threefry builds Threefry-2x32-13: two random words from a key and a counter of two words each. The keys are scalars.
func threefry(key0, key1, counter0, counter1 *Node) (first, second *Node) {
	const rounds = 13
	rotations := [8]uint32{13, 15, 26, 6, 17, 29, 16, 24}
	keys := [3]*Node{key0, key1, BitwiseXor(BitwiseXor(key0, key1), Const(key0.Graph(), uint32(0x1BD11BDA)))}
	first, second = Add(counter0, keys[0]), Add(counter1, keys[1])
	for round := range rounds {
		first = Add(first, second)
		left := rotations[round%8]
		second = BitwiseXor(BitwiseOr(BitwiseShiftLeftScalar(second, left), BitwiseShiftRightLogicalScalar(second, 32-left)), first)
		if injection := (round + 1) / 4; (round+1)%4 == 0 {
			first = Add(first, keys[injection%3])
			second = Add(second, AddScalar(keys[(injection+1)%3], injection))
		}
	}
	return first, second
}

// Apart builds with random numbers of their own, those that come after so many calls (a scalar uint64), and leaves the
// state as it was.
func Apart(store *model.Store, g *Graph, calls *Node, build func()) {
	state := stateOf(store)
	before := state.NodeValue(g)
	Skip(store, g, calls)
	build()
	state.SetNodeValue(before)
}

// Skip leaves out the random numbers of so many calls, a scalar uint64.
func Skip(store *model.Store, g *Graph, calls *Node) {
	state := stateOf(store)
	state.SetNodeValue(Add(state.NodeValue(g), Mul(calls, Const(g, []uint64{0, 1, 0}))))
}
