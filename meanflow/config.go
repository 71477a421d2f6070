package meanflow

import (
	"io"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Config says what to train and how. Only Data must be given: the zero value of every other field
// stands for what the tutorial does.
type Config struct {
	Data      Data
	Objective Objective       // [MeanFlow] if nil.
	Network   network.Network // The tutorial's [network.MLP] if nil.
	// Coupling pairs data with noise, [IndependentNoise] if it is the zero value. It chooses from a
	// pool of 50 batches, at most 102,400 points, never less than one batch.
	Coupling Coupling

	// Guidance, unless it is 0, tells the network the class and the condition values of each point,
	// so that it can generate points of a class or for given values (see [SampleOptions]): Data
	// must be [LabelledData] or [ConditionedData]. It is the scale ω of classifier-free guidance,
	// at most 20. With 1 the velocities are those of the conditions. Above 1 they lead away from
	// the velocity of all points, at no cost when the model generates (Geng et al., arXiv
	// 2505.13447, section 4.2). It needs independent noise: with a Coupling, the noise of a class
	// would not be normal by itself.
	Guidance float64
	// ClassDropout is the share of examples whose class and values are withheld, so that the
	// network learns the velocity of all points, too. 0.1 if 0; [None] withholds none, which
	// Guidance 1 allows.
	ClassDropout float64

	// 100 if 0. With [None], Train returns the model as it is before training.
	Epochs          int
	BatchesPerEpoch int     // 10 if 0.
	BatchSize       int     // 2,048 if 0.
	LearningRate    float64 // Of Adam, 0.003 if 0.
	// Schedule multiplies the learning rate by a factor that depends on the progress, 1 if it is
	// the zero value.
	Schedule Schedule
	// EMADecays are the decays, between 0 and 1, of exponential moving averages of the weights.
	// Each step adds (1 - decay)·(weights - average). The model generates with the first, see
	// [Model.WithEMA].
	EMADecays []float64
	Seed      int64 // Of everything random: weights, noise, times and data.
	// Largest norm of all gradients together; larger ones are scaled down. 0 for no limit.
	ClipNorm float64

	// JumpFactor limits the loss: a batch diverges if its loss exceeds JumpFactor times the
	// previous epoch's mean (in the first epoch, its first loss). 0 for no limit. A batch also
	// diverges if its loss is not finite, or its unweighted squared error exceeds 10⁵ times the
	// first batch's.
	JumpFactor float64
	// MaxSkipped is the number of batches that may diverge and be left out, as if they had not been
	// drawn. The next one stops the training; if MaxSkipped is 0, the first one does.
	MaxSkipped int

	// CheckpointDir is the folder for checkpoints; there are none if it is empty. A folder that
	// holds checkpoints already is refused, unless Resume is set.
	CheckpointDir string
	// CheckpointEvery is the number of epochs between checkpoints, 10 if 0. There is one before the
	// first epoch and one after the last in any case.
	CheckpointEvery int
	MaxCheckpoints  int // Only the newest are kept, all if 0.
	// Resume goes on from the newest intact checkpoint in CheckpointDir, if there is one, up to
	// Epochs in all. A checkpoint of another configuration is refused with a [MismatchError].
	Resume bool
	// AllowChanges resumes a checkpoint of another configuration all the same, and says on standard
	// error what each change means. The data's dimension, its conditions, the network and EMADecays
	// can't change.
	AllowChanges bool

	// OnEpoch is called after each epoch with the model as it stands, and may sample from it during
	// the call. An error from it interrupts the training.
	OnEpoch func(*Model) error
	// ProgressWriter shows the progress: a bar in a terminal and, given os.Stdout, in a notebook; a
	// line an epoch elsewhere. There is none if it is nil.
	ProgressWriter io.Writer

	Backend compute.Backend // The engine, [backend.Default] if nil.
	// Devices is the number of XLA's devices that share each batch, 1 if 0. The losses are those of
	// one device but for rounding. Without a Backend, XLA is opened with as many (see
	// [backend.WithDevices]).
	Devices int
}

// None says zero in a field of [Config] where 0 stands for a default: no epochs, no dropout.
const None = -1

func (c Config) withDefaults() Config {
	if c.Objective == nil {
		c.Objective = MeanFlow{}
	}
	if c.Network == nil {
		c.Network = network.MLP{}
	}
	if c.Coupling.Pair == nil && c.Coupling.Name == "" {
		c.Coupling = IndependentNoise()
	}
	setDefault(&c.ClassDropout, 0.1)
	setDefault(&c.Epochs, 100)
	setDefault(&c.BatchesPerEpoch, 10)
	setDefault(&c.BatchSize, 2048)
	setDefault(&c.LearningRate, 0.003)
	setDefault(&c.CheckpointEvery, 10)
	setDefault(&c.Devices, 1)
	if c.ClassDropout == None {
		c.ClassDropout = 0
	}
	if c.Epochs == None {
		c.Epochs = 0
	}
	return c
}

func setDefault[T int | float64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
