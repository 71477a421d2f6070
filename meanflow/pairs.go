package meanflow

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// The pairs of data and noise for so many points, and at most so many batches, are drawn at once: the more points a
// [Coupling] has to choose from, the better its pairs fit. It is also why a Coupling may sort, which XLA does not do in
// a loop that GoMLX builds (v0.28.3: every closure is one of the main function).
const (
	pointsPerDraw  = 100 << 10
	batchesPerDraw = 50
)

// randomPerBatch is how many calls of the random numbers' generator there are from one batch to the next, however many
// it makes. So those for the pairs of many batches, drawn at the first of them, are known at each: a training that was
// interrupted between draws them again.
const randomPerBatch = 1 << 32

// pairs are the data and noise of the next batches.
type pairs struct {
	draw     *model.Exec
	batches  int               // How many are drawn at once.
	position int               // Which of them is next.
	drawn    []*tensors.Tensor // Data and noise, [batches, batch, dim], nil if they are still to be drawn.
}

// newPairs builds what draws them, from where the training stands.
func (m *Model) newPairs(config Config) (p *pairs, err error) {
	p = &pairs{batches: max(1, min(batchesPerDraw, pointsPerDraw/config.BatchSize))}
	p.position = (m.about.Epoch*config.BatchesPerEpoch + m.about.Batch) % p.batches
	p.draw, err = model.NewExec(m.engine, m.store, func(scope *model.Scope, position *Node) (drawn []*Node) {
		// Back to where the first batch began, and away from what the batches draw for themselves.
		calls := Sub(ConstAs(position, randomPerBatch/2), MulScalar(position, randomPerBatch))
		random.Apart(m.store, position.Graph(), calls, func() {
			batch := m.drawBatch(config, position.Graph(), p.batches*config.BatchSize)
			drawn = p.deal(scope, batch.Data, batch.Noise)
		})
		return drawn
	})
	return p, err
}

// deal gives of every so many points one to each batch, so that all have some from everywhere, [batches, batch, dim].
// Where it begins is drawn: otherwise a batch would have the first of a Coupling's groups, and another one the last.
func (p *pairs) deal(scope *model.Scope, points ...*Node) (dealt []*Node) {
	g, n, dim := points[0].Graph(), points[0].Shape().Dim(0), points[0].Shape().Dim(1)
	count := func(axis int) *Node { return Iota(g, shapes.Make(dtypes.Int32, p.batches, n/p.batches), axis) }
	begin := Floor(MulScalar(random.Uniform(scope, g, 1, n/p.batches), float64(p.batches)))
	place := ModScalar(Add(count(0), ConvertDType(begin, dtypes.Int32)), int32(p.batches))
	row := ExpandAxes(Add(MulScalar(count(1), int32(p.batches)), place), -1)
	for _, points := range points {
		dealt = append(dealt, Reshape(Gather(points, row), p.batches, n/p.batches, dim))
	}
	return dealt
}

// left is how many batches there are up to the next drawing.
func (p *pairs) left() int { return p.batches - p.position }

// state is what [pairsOf] takes: the position, the data and the noise.
func (p *pairs) state() (_ []any, err error) {
	if p.drawn == nil {
		if err := catch(func() (err error) {
			p.drawn, err = p.draw.Call(uint64(p.position))
			return err
		}); err != nil {
			return nil, err
		}
	}
	return []any{int32(p.position), p.drawn[0], p.drawn[1]}, nil
}

// advance goes on by some of the batches that are left.
func (p *pairs) advance(batches int) error {
	if p.position += batches; p.position < p.batches {
		return nil
	}
	p.position = 0
	return p.free()
}

// free frees what was drawn.
func (p *pairs) free() (err error) {
	for _, tensor := range p.drawn {
		err = errors.Join(err, tensor.FinalizeAll())
	}
	p.drawn = nil
	return err
}

// pairsOf builds the data and noise of the i-th batch from the position on.
func pairsOf(i *Node, state []*Node) Batch {
	batch := Reshape(Add(i, state[0]), 1)
	return Batch{Data: Gather(state[1], batch), Noise: Gather(state[2], batch)}
}

// inBatch builds a step, for which the random numbers are those of its batch, and go on with those of the next.
func (m *Model) inBatch(g *Graph, step func()) {
	random.Apart(m.store, g, ScalarZero(g, dtypes.Uint64), step)
	random.Skip(m.store, g, Const(g, uint64(randomPerBatch)))
}
