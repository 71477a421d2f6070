package training

import (
	"math"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
)

// A call of the engine trains on at most batchesPerCall batches, which make the cost of the call
// negligible. It trains on fewer batches if they would take longer than timePerCall, because a
// training can only stop between calls.
const (
	batchesPerCall = 10
	timePerCall    = time.Second
)

// steps trains on several batches in one call of the engine.
type steps struct {
	*engine.Loop
	perBatch time.Duration   // The time per batch of the last call, 0 before the first.
	ahead    *ahead          // nil if each step draws its own examples.
	zeros    *tensors.Tensor // [batch, 1], sharded among the devices; nil with a single device.
}

// result is the result of a batch.
type result struct {
	loss, squaredError float64
	leftOut            bool
}

// newSteps builds the loop over batches, for a training at a state.
func newSteps(c Config, state State) (s *steps, err error) {
	adam := newAdam(c.LearningRate)
	var nodes, numbers int // Of a batch.
	// Building a step makes the variables, which the loop can't do.
	err = buildOnce(c.Engine, c.Store, func(g *Graph) {
		batch := c.draw(g, c.BatchSize)
		zero := ScalarZero(g, dtypes.Float64)
		c.step(adam, batch, limits{zero, zero})
		nodes = len(batch)
		for _, node := range batch {
			numbers += node.Shape().Size()
		}
	})
	if err != nil {
		return nil, err
	}
	if err := c.beginAdam(); err != nil {
		return nil, err
	}
	s = &steps{}
	if c.DrawsAhead {
		if s.ahead, err = newAhead(c, nodes, numbers, state); err != nil {
			return nil, err
		}
	}
	scope := c.Store.RootScope()
	s.Loop, err = engine.NewLoop(c.Engine, c.Store, scope, func(i *Node, state []*Node) []*Node {
		g, losses, squaredErrors, rest := i.Graph(), state[0], state[1], state[4:]
		bounds := limits{reference: state[2], firstError: state[3]}
		var loss, squaredError, good *Node
		step := func(batch []*Node) {
			if c.Devices > 1 { // Adding a batch-sharded zero makes XLA shard the batch.
				batch[0] = Add(batch[0], rest[len(rest)-1])
			}
			loss, squaredError, good = c.step(adam, batch, bounds)
		}
		if s.ahead == nil {
			step(c.draw(g, c.BatchSize))
		} else {
			s.ahead.inBatch(g, func() { step(s.ahead.batch(i, rest)) })
		}
		loss = ConvertDType(loss, dtypes.Float64)
		squaredError = ConvertDType(squaredError, dtypes.Float64)
		usable := IsFinite(loss)
		if good != nil {
			usable = LogicalAnd(usable, good)
			squaredError = Where(good, squaredError, ConstAs(squaredError, math.NaN()))
		}
		isCurrent := Equal(Iota(g, shapes.Make(dtypes.Int32, batchesPerCall), 0), i)
		// setOnce sets a limit that is still 0.
		setOnce := func(limit, value *Node) *Node {
			return Where(LogicalAnd(Equal(limit, ZerosLike(limit)), usable), value, limit)
		}
		return append([]*Node{
			Where(isCurrent, loss, losses),
			Where(isCurrent, squaredError, squaredErrors),
			setOnce(bounds.reference, loss),
			setOnce(bounds.firstError, squaredError),
		}, rest...)
	})
	if err != nil || c.Devices == 1 {
		return s, err
	}
	s.zeros = tensors.FromShape(shapes.Make(dtypes.Float32, c.BatchSize, 1))
	split := make([]bool, 4)
	if s.ahead != nil {
		split = append(split, make([]bool, 1+s.ahead.nodes)...)
	}
	return s, s.Loop.Distribute(c.Devices, append(split, true)...)
}

// run trains on at least one and at most the given number of batches. It returns the result of
// each.
func (s *steps) run(batches int, at State) ([]result, error) {
	batches = min(batches, batchesPerCall)
	if s.perBatch == 0 {
		batches = 1
	} else {
		batches = min(batches, max(1, int(timePerCall/s.perBatch)))
	}
	start := time.Now()
	state := []any{
		make([]float64, batchesPerCall), // Losses.
		make([]float64, batchesPerCall), // Squared errors, NaN for batches that are left out.
		at.Reference, at.FirstError,
	}
	if s.ahead != nil {
		batches = min(batches, s.ahead.left())
		drawn, err := s.ahead.state()
		if err != nil {
			return nil, err
		}
		state = append(state, drawn...)
	}
	if s.zeros != nil {
		state = append(state, s.zeros)
	}
	after, err := s.Loop.Run(0, batches, state...)
	if err != nil {
		return nil, err
	}
	s.perBatch = time.Since(start) / time.Duration(batches)
	losses, squaredErrors := after[0].Value().([]float64), after[1].Value().([]float64)
	results := make([]result, batches)
	for k := range results {
		results[k] = result{losses[k], squaredErrors[k], math.IsNaN(squaredErrors[k])}
	}
	for _, tensor := range after {
		if err := tensor.FinalizeAll(); err != nil {
			return nil, err
		}
	}
	if s.ahead != nil {
		return results, s.ahead.advance(batches)
	}
	return results, nil
}

// finalize frees the compiled loop and the examples drawn ahead.
func (s *steps) finalize() {
	s.Loop.Finalize()
	if s.ahead != nil {
		if err := s.ahead.finalize(); err != nil {
			Warn("%v", err)
		}
	}
}
