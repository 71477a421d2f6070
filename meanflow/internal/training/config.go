package training

import (
	"encoding/json"
	"io"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Scopes in the store of the variables.
const (
	NetworkScope = "network" // The weights, which are trained.
	DataScope    = "data"    // Variables of the data, neither trained nor kept in checkpoints.
)

// Config says what to train and how. Run expects valid values, and fills in no defaults.
type Config struct {
	Engine  compute.Backend
	Devices int
	Store   *model.Store

	// Build builds the network once, which makes its variables. The scope, as for Draw and Loss, is
	// the root of a store.
	Build func(scope *model.Scope, g *Graph)
	// Draw builds a batch of n examples. Each node is [n, …].
	Draw func(scope *model.Scope, g *Graph, n int) []*Node
	// DrawsAhead makes Draw draw the examples of many batches at once, so that it can choose from
	// more examples, and may sort.
	DrawsAhead bool
	// Loss builds the scalar loss to minimise, and the scalar mean squared error without weights,
	// which is the same node if the loss has no weights. progress is a scalar, from 0 at the first
	// step to 1 after the last.
	Loss func(scope *model.Scope, batch []*Node, progress *Node) (loss, squaredError *Node)

	// InitialWeights are the weights to begin with, nil for random ones. They become the store's.
	InitialWeights Weights

	Epochs, BatchesPerEpoch, BatchSize int
	LearningRate                       float64
	// Schedule builds a factor for the learning rate; nil stands for 1.
	Schedule  func(progress *Node) *Node
	EMADecays []float64
	Seed      int64
	ClipNorm  float64 // 0 for no limit.

	JumpFactor float64 // 0 for no limit.
	MaxSkipped int

	// Metadata is kept in checkpoints, for the caller to make a model of the variables.
	Metadata json.RawMessage
	// Recipe has the fields that decide the result, besides those of Config.
	Recipe Recipe
	// ScheduleName identifies the schedule in checkpoints.
	ScheduleName string

	CheckpointDir   string // Empty for no checkpoints.
	CheckpointEvery int
	MaxCheckpoints  int
	Resume          bool
	AllowChanges    bool

	// OnEpoch, if it is set, is called after each epoch. An error from it interrupts the training.
	OnEpoch  func(State) error
	Progress io.Writer // nil for none.
}
