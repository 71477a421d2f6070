package meanflow

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Data is what a model learns to generate. The distributions and points of package datasets are Data.
type Data interface {
	// Dim is the number of coordinates of a point.
	Dim() int
	// Sample builds n points drawn at random, float32 [n, Dim()]. Random numbers come from the
	// scope; variables made in it are not trained and not kept in checkpoints.
	Sample(scope *model.Scope, g *Graph, n int) *Node
}

// Config says what to train and how. Only Data must be given: the zero value of everything else
// stands for what the tutorial does.
type Config struct {
	Data      Data
	Objective Objective // [MeanFlow] if nil.
	MLP       MLP       // The network, where Net is nil.
	Net       Net       // A network of your own.
	// Coupling draws the noise, as [IndependentNoise] does if nil. It has the points of fifty batches to choose from, at most
	// 102,400 of them but at least those of one batch, and each batch is dealt a share of its pairs.
	Coupling Coupling

	// Guidance, if it is not 0, trains a network that is told the class of each point, so that it can generate points of a
	// class (see Sampling.Class): Data must be [LabelledData]. With 1 the velocities are those of the classes. Above 1 they
	// are led away from those of all points: it is ω of classifier-free guidance, which costs nothing when the model
	// generates (Geng et al., arXiv 2505.13447, section 4.2). It is for the MLP, and for independent noise.
	Guidance float64
	// Unlabelled is the share of the examples of which the class is not told, so that the network knows the velocity of
	// all points, too. 0.1 if 0.
	Unlabelled float64

	Epochs          int     // 100 if 0.
	BatchesPerEpoch int     // 10 if 0.
	BatchSize       int     // 2,048 if 0.
	LearningRate    float64 // Of Adam, 0.003 if 0.
	// Schedule changes the learning rate while the training goes on, not at all if nil.
	Schedule Schedule
	// Averages are the decays, between 0 and 1, of moving averages of the weights, which take in (1 - decay) of the
	// weights in each step. The model generates with the first of them, see [Model.Averaged].
	Averages []float64
	Seed     int64 // Of everything random: weights, noise, times and data.
	// ClipNorm is the largest norm that the gradients may have, all together: larger ones are scaled down. 0 is no limit.
	ClipNorm float64

	// JumpFactor is how many times the mean loss of the epoch before (in the first epoch, its first loss) a loss may be:
	// a batch with a larger one has diverged, like one whose loss is not finite. 0 is no limit.
	JumpFactor float64
	// MaxSkipped is how many batches that diverged are left out in all, as if they had not been drawn; the next one
	// stops the training. If it is 0 the first one does.
	MaxSkipped int

	// Dir is the folder for checkpoints; without one there are none. A folder that holds
	// checkpoints already is refused, unless Resume is set.
	Dir string
	// CheckpointEvery is the number of epochs between checkpoints, 10 if 0. There is one before the
	// first epoch and one after the last in any case.
	CheckpointEvery int
	// Keep is the number of checkpoints to keep, the newest ones, all if 0.
	Keep int
	// Resume goes on from the newest checkpoint in Dir that is whole, if there is one, up to Epochs in all.
	Resume bool

	// Progress is what the progress is written to: standard output if nil, io.Discard for none.
	// It is a bar in a terminal and in a notebook, and a line an epoch elsewhere.
	Progress io.Writer

	Backend compute.Backend // The engine, the one of package backend if nil.
	// Devices is the number of XLA's devices that share each batch, 1 if 0. The losses are those of one device but for
	// rounding. Without a Backend, XLA is opened with as many (see [backend.WithDevices]).
	Devices int
}

// Limits that no sensible run comes near to: beyond them a number is a slip of the pen.
const (
	maxEpochs    = 10_000_000
	maxBatches   = 10_000_000
	maxBatchSize = 1 << 24
	maxDim       = 1 << 16
	maxDevices   = 1 << 10
	maxClasses   = 1 << 16
)

func (c Config) withDefaults() Config {
	if c.Objective == nil {
		c.Objective = MeanFlow{}
	}
	if c.Net == nil {
		c.MLP = c.MLP.withDefaults()
	}
	c.MLP.Classes = 0
	if data, ok := c.Data.(LabelledData); ok && c.Guidance != 0 {
		c.MLP.Classes = data.Classes()
		setDefault(&c.Unlabelled, 0.1)
	}
	setDefault(&c.Epochs, 100)
	setDefault(&c.BatchesPerEpoch, 10)
	setDefault(&c.BatchSize, 2048)
	setDefault(&c.LearningRate, 0.003)
	setDefault(&c.CheckpointEvery, 10)
	setDefault(&c.Devices, 1)
	return c
}

func setDefault[T int | float64](value *T, standard T) {
	if *value == 0 {
		*value = standard
	}
}

// validate says what is wrong with the (filled-in) configuration.
func (c Config) validate() error {
	if c.Data == nil {
		return errors.New("Config.Data is missing: give it a distribution or points of package datasets")
	}
	if dim := c.Data.Dim(); dim < 1 || dim > maxDim {
		return fmt.Errorf("Config.Data has %d dimensions, there must be from 1 to %d", dim, maxDim)
	}
	for _, count := range []struct {
		name    string
		is, max int
	}{
		{"Epochs", c.Epochs, maxEpochs},
		{"BatchesPerEpoch", c.BatchesPerEpoch, maxBatches},
		{"BatchSize", c.BatchSize, maxBatchSize},
		{"CheckpointEvery", c.CheckpointEvery, maxEpochs},
		{"Devices", c.Devices, maxDevices},
	} {
		if count.is < 1 || count.is > count.max {
			return fmt.Errorf("Config.%s is %d, it must be from 1 to %d", count.name, count.is, count.max)
		}
	}
	if c.BatchSize%c.Devices != 0 {
		return fmt.Errorf("Config.BatchSize is %d, which Config.Devices, %d, can't share evenly", c.BatchSize, c.Devices)
	}
	if c.Backend != nil && c.Backend.NumDevices() < c.Devices {
		return fmt.Errorf("Config.Devices is %d, Config.Backend (%s) has %d", c.Devices, c.Backend.String(), c.Backend.NumDevices())
	}
	if !(c.LearningRate > 0 && c.LearningRate <= 10) { // Written so that NaN fails too.
		return fmt.Errorf("Config.LearningRate is %v, it must be above 0 and at most 10", c.LearningRate)
	}
	if err := c.validateGuidance(); err != nil {
		return err
	}
	for k, decay := range c.Averages {
		if !(decay > 0 && decay < 1) || slices.Index(c.Averages, decay) < k {
			return fmt.Errorf("Config.Averages[%d] is %v, it must be between 0 and 1, and another one than those before", k, decay)
		}
	}
	for _, limit := range []struct {
		name string
		is   float64
		low  float64
	}{
		{"ClipNorm", c.ClipNorm, 0},
		{"JumpFactor", c.JumpFactor, 1},
	} {
		if limit.is != 0 && !(limit.is > limit.low && limit.is <= math.MaxFloat32) {
			return fmt.Errorf("Config.%s is %v, it must be above %v and finite, or 0 for none", limit.name, limit.is, limit.low)
		}
	}
	if c.MaxSkipped < 0 {
		return fmt.Errorf("Config.MaxSkipped is %d, it must be at least 0", c.MaxSkipped)
	}
	if c.Keep < 0 {
		return fmt.Errorf("Config.Keep is %d, it must be at least 0", c.Keep)
	}
	if c.Resume && c.Dir == "" {
		return errors.New("Config.Resume is set without a Config.Dir to resume from")
	}
	if c.Net == nil {
		return c.MLP.validate()
	}
	return nil
}

func (c Config) validateGuidance() error {
	if c.Guidance == 0 {
		return nil
	}
	if !(c.Guidance > 0 && c.Guidance <= math.MaxFloat32) {
		return fmt.Errorf("Config.Guidance is %v, it must be above 0 and finite, or 0 for none", c.Guidance)
	}
	data, ok := c.Data.(LabelledData)
	if !ok {
		return fmt.Errorf("Config.Guidance is %v, and Config.Data knows of no classes: it must be LabelledData", c.Guidance)
	}
	if classes := data.Classes(); classes < 1 || classes > maxClasses {
		return fmt.Errorf("Config.Data has %d classes, there must be from 1 to %d", classes, maxClasses)
	}
	if !(c.Unlabelled > 0 && c.Unlabelled < 1) {
		return fmt.Errorf("Config.Unlabelled is %v, it must be above 0 and below 1", c.Unlabelled)
	}
	if c.Net != nil {
		return errors.New("Config.Guidance is for the MLP, Config.Net is not told of classes")
	}
	if c.Coupling != nil {
		return errors.New("Config.Guidance is for independent noise: with a Config.Coupling the noise of a class would not be normal by itself")
	}
	return nil
}
