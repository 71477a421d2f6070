package training

import (
	"encoding/json"
	"io"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Where things are in the store of the variables.
const (
	NetworkScope = "network" // What is trained.
	DataScope    = "data"    // What the data keep there: neither trained nor checkpointed.
)

// Config is what to train, and how. Everything has to be filled in and valid.
type Config struct {
	Engine  compute.Backend
	Devices int
	Store   *model.Store

	// Build builds the network once, for its variables to exist. Its scope, as those of Draw and
	// Loss, is the root of a store of variables.
	Build func(scope *model.Scope, g *Graph)
	// Draw builds a batch of n examples. Each node is [n, …].
	Draw func(scope *model.Scope, g *Graph, n int) []*Node
	// DrawsAhead draws the examples of many batches at once, so that Draw has more of them to
	// choose from, and may sort.
	DrawsAhead bool
	// Loss builds the scalar to minimise, and the mean squared error without weights, which is the
	// same node where there are none. Progress is a scalar, from 0 at the first step to 1 after the
	// last.
	Loss func(scope *model.Scope, batch []*Node, progress *Node) (loss, squaredError *Node)

	Epochs, BatchesPerEpoch, BatchSize int
	LearningRate                       float64
	// Schedule is the factor of the learning rate, nil for 1.
	Schedule  func(progress *Node) *Node
	EMADecays []float64
	Seed      int64
	ClipNorm  float64 // 0 for no limit.

	JumpFactor float64 // 0 for no limit.
	MaxSkipped int

	// Metadata is what a checkpoint keeps of the model, besides its variables.
	Metadata json.RawMessage
	// Recipe is what decides the result, besides the fields above.
	Recipe Recipe
	// ScheduleName is the name of the schedule.
	ScheduleName string

	CheckpointDir   string // Empty for no checkpoints.
	CheckpointEvery int
	MaxCheckpoints  int
	Resume          bool
	AllowChanges    bool

	// OnEpoch is called after each epoch, unless it is nil. An error from it stops the training.
	OnEpoch  func(State) error
	Progress io.Writer // nil for none.
}
