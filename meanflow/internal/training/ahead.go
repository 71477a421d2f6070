package training

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/random"
)

// A pool has batchesPerPool batches, but at most examplesPerPool examples, at most numbersPerPool
// numbers in all of them (64 MiB of float32), and at least one batch. It is drawn at once: the
// more examples a coupling can choose from, the better its pairs fit. The draw runs outside of the
// loop over batches, so it may sort, which XLA can't do in a loop that GoMLX builds (v0.28.8 adds
// every closure to the main function).
const (
	examplesPerPool = 100 << 10
	numbersPerPool  = 16 << 20
	batchesPerPool  = 50
)

// randomPerBatch is the number of draws by which the state of the random generator advances in each
// batch, however many draws the batch makes. So the state at the pool's first batch follows from
// the state at any of its batches, and an interrupted training can draw the same pool again.
const randomPerBatch = 1 << 32

// ahead draws pools of examples ahead of the batches that use them.
type ahead struct {
	config   Config
	draw     *model.Exec
	nodes    int               // The number of nodes in a batch.
	batches  int               // The number of batches in a pool.
	position int               // The index of the next batch in the pool.
	pool     []*tensors.Tensor // [batches, batch, …] each, nil before the pool is drawn.
}

// newAhead returns an ahead for batches of the given nodes, with the given number of numbers in
// all nodes together, for a training at a state.
func newAhead(c Config, nodes, numbers int, at State) (a *ahead, err error) {
	batches := max(1, min(batchesPerPool, examplesPerPool/c.BatchSize, numbersPerPool/numbers))
	a = &ahead{config: c, nodes: nodes, batches: batches}
	a.position = (at.Epoch*c.BatchesPerEpoch + at.Batch) % a.batches
	a.draw, err = model.NewExec(c.Engine, c.Store,
		func(scope *model.Scope, position *Node) (pool []*Node) {
			g := position.Graph()
			// Go back to the state at the pool's first batch. Half of randomPerBatch separates the
			// pool's random numbers from those that batches draw.
			draws := Sub(ConstAs(position, randomPerBatch/2), MulScalar(position, randomPerBatch))
			random.Apart(c.Store, g, draws, func() {
				pool = a.deal(scope, c.draw(g, a.batches*c.BatchSize)...)
			})
			return pool
		})
	return a, err
}

// deal distributes examples among the batches of a pool, [batches, batch, …] for each node. Of any
// a.batches consecutive examples, each batch gets one, so that every batch has examples from the
// whole pool. The batch that gets the first of them is random: otherwise one batch would always get
// the first example of a coupling's groups, and another batch the last.
func (a *ahead) deal(scope *model.Scope, examples ...*Node) (dealt []*Node) {
	g, n := examples[0].Graph(), examples[0].Shape().Dim(0)
	index := func(axis int) *Node {
		return Iota(g, shapes.Make(dtypes.Int32, a.batches, n/a.batches), axis)
	}
	begin := Floor(MulScalar(random.Uniform(scope, g, 1, n/a.batches), float64(a.batches)))
	place := ModScalar(Add(index(0), ConvertDType(begin, dtypes.Int32)), int32(a.batches))
	row := ExpandAxes(Add(MulScalar(index(1), int32(a.batches)), place), -1)
	for _, node := range examples {
		dimensions := append([]int{a.batches, n / a.batches}, node.Shape().Dimensions[1:]...)
		dealt = append(dealt, Reshape(Gather(node, row), dimensions...))
	}
	return dealt
}

// left returns the number of unused batches in the pool.
func (a *ahead) left() int { return a.batches - a.position }

// state returns the state for [ahead.batch], the position and the pool. It draws the pool if
// necessary.
func (a *ahead) state() (state []any, err error) {
	if a.pool == nil {
		if err := engine.Catch(func() (err error) {
			a.pool, err = a.draw.Call(uint64(a.position))
			return err
		}); err != nil {
			return nil, err
		}
	}
	state = []any{int32(a.position)}
	for _, examples := range a.pool {
		state = append(state, examples)
	}
	return state, nil
}

// batch builds the i-th batch after the position, from a state.
func (a *ahead) batch(i *Node, state []*Node) (batch []*Node) {
	place := Reshape(Add(i, state[0]), 1)
	for _, pool := range state[1 : 1+a.nodes] {
		batch = append(batch, Gather(pool, place))
	}
	return batch
}

// inBatch builds a step, and then advances the random state by randomPerBatch draws, however many
// the step makes.
func (a *ahead) inBatch(g *Graph, step func()) {
	random.Apart(a.config.Store, g, ScalarZero(g, dtypes.Uint64), step)
	random.Skip(a.config.Store, g, Const(g, uint64(randomPerBatch)))
}

// advance moves the position by a number of batches, and frees a pool that is used up.
func (a *ahead) advance(batches int) error {
	a.position += batches
	if a.position < a.batches {
		return nil
	}
	a.position = 0
	return a.free()
}

// free frees the pool.
func (a *ahead) free() (err error) {
	for _, examples := range a.pool {
		err = errors.Join(err, examples.FinalizeAll())
	}
	a.pool = nil
	return err
}

// finalize frees the compiled graph and the pool.
func (a *ahead) finalize() error {
	a.draw.Finalize()
	return a.free()
}
