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

// A pool of batchesPerPool batches, at most examplesPerPool examples, never less than one batch, is
// drawn at once: the more examples a draw has to choose from, the better its pairs fit. It is also
// why a draw may sort, which XLA does not do in a loop that GoMLX builds (v0.28.8 makes every
// closure one of the main function).
const (
	examplesPerPool = 100 << 10
	batchesPerPool  = 50
)

// randomPerBatch is the number of calls of the random numbers' generator from one batch to the
// next, however many a batch makes. So each batch knows the numbers that the pool was drawn with at
// its first batch, and a training that was interrupted in between draws the same pool again.
const randomPerBatch = 1 << 32

// ahead holds the examples of the next batches.
type ahead struct {
	config   Config
	draw     *model.Exec
	nodes    int               // Number of nodes in a batch.
	batches  int               // Number of batches in a pool.
	position int               // The next of them.
	pool     []*tensors.Tensor // [batches, batch, …] each, nil if the pool is still to be drawn.
}

// newAhead builds what draws a pool of batches of so many nodes, from where the training stands.
func newAhead(c Config, nodes int, at State) (a *ahead, err error) {
	a = &ahead{config: c, nodes: nodes, batches: max(1,
		min(batchesPerPool, examplesPerPool/c.BatchSize))}
	a.position = (at.Epoch*c.BatchesPerEpoch + at.Batch) % a.batches
	a.draw, err = model.NewExec(c.Engine, c.Store,
		func(scope *model.Scope, position *Node) (pool []*Node) {
			g := position.Graph()
			// Back to where the first batch began, and away from what batches draw for themselves.
			calls := Sub(ConstAs(position, randomPerBatch/2), MulScalar(position, randomPerBatch))
			random.Apart(c.Store, g, calls, func() {
				pool = a.deal(scope, c.draw(g, a.batches*c.BatchSize)...)
			})
			return pool
		})
	return a, err
}

// deal gives one of every so many consecutive examples to each batch, so that all batches have some
// from everywhere, [batches, batch, …]. Where a round begins is drawn: otherwise a batch would get
// the first of a coupling's groups each time, and another one the last.
func (a *ahead) deal(scope *model.Scope, examples ...*Node) (dealt []*Node) {
	g, n := examples[0].Graph(), examples[0].Shape().Dim(0)
	count := func(axis int) *Node {
		return Iota(g,
			shapes.Make(dtypes.Int32, a.batches, n/a.batches), axis)
	}
	begin := Floor(MulScalar(random.Uniform(scope, g, 1, n/a.batches), float64(a.batches)))
	place := ModScalar(Add(count(0), ConvertDType(begin, dtypes.Int32)), int32(a.batches))
	row := ExpandAxes(Add(MulScalar(count(1), int32(a.batches)), place), -1)
	for _, examples := range examples {
		dimensions := append([]int{a.batches, n / a.batches}, examples.Shape().Dimensions[1:]...)
		dealt = append(dealt, Reshape(Gather(examples, row), dimensions...))
	}
	return dealt
}

// left is the number of batches up to the next pool.
func (a *ahead) left() int { return a.batches - a.position }

// state is what [ahead.batch] takes: the position and the pool.
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

// batch builds the i-th batch from the position on.
func (a *ahead) batch(i *Node, state []*Node) (batch []*Node) {
	place := Reshape(Add(i, state[0]), 1)
	for _, pool := range state[1 : 1+a.nodes] {
		batch = append(batch, Gather(pool, place))
	}
	return batch
}

// inBatch builds a step whose random numbers are its batch's, and goes on to those of the next
// batch.
func (a *ahead) inBatch(g *Graph, step func()) {
	random.Apart(a.config.Store, g, ScalarZero(g, dtypes.Uint64), step)
	random.Skip(a.config.Store, g, Const(g, uint64(randomPerBatch)))
}

// advance goes on by some of the batches that are left.
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

// finalize frees what was compiled, and drawn.
func (a *ahead) finalize() error {
	a.draw.Finalize()
	return a.free()
}
