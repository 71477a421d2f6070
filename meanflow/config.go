package meanflow

import (
	"io"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Config says what to train and how. Only Data is required: the zero value of every other field
// stands for the tutorial's setting.
type Config struct {
	Data      Data
	Objective Objective       // [MeanFlow] if nil.
	Network   network.Network // The tutorial's [network.MLP] if nil.
	// InitialModel, if it is set, gives the training its initial weights: those that the model
	// generates with (see [Model.WithEMA]). Train copies them. Everything else begins anew: the
	// optimizer, the moving averages (at these weights), epochs and losses.
	//
	// The model may have another objective, other data in other units, another coupling and another
	// engine. Its network, its dimension, the numbers of its classes and condition values, and
	// whether its network takes a guidance scale must be those of the training; otherwise Train
	// returns a [MismatchError]. Weights know points in the network's units only, so data of both
	// trainings should be standardized alike.
	//
	// A model of [FlowMatching] has learned r = t only, and what its network returns for r < t is
	// arbitrary. It should have the coupling of the training, since another coupling has other
	// velocities. After 3,000 steps of flow matching, the recommended training at its own rate or
	// 0.03 took at most 500 steps to the share of samples off the support that it reaches in 1,000
	// steps from scratch (one step; two seeds each of checkerboard and spiral). Smaller rates took
	// longer.
	InitialModel *Model
	// Coupling pairs data with noise, [IndependentNoise] if it is the zero value. Other couplings
	// pair a pool of 50 batches at once, at most 102,400 points, never less than one batch. With
	// [PairedData], which bring their own noise, it must be the zero value.
	Coupling Coupling

	// Guidance, if it is not 0, conditions the network on the class and the condition values of
	// each point, so that the model can generate points of a class or for given values (see
	// [SampleOptions]). Data must be [LabelledData] or [ConditionedData], and Coupling must be
	// [IndependentNoise] or, with at most one condition value, [SortedNoise] or [SoftSortedNoise]:
	// the noise of each class and value must be standard normal.
	//
	// Guidance is the scale ω of classifier-free guidance, above 0 and at most 20. With 1 the
	// network learns the conditional velocity. Above 1 the velocity leads away from the
	// unconditional one, at no cost when the model generates (Geng et al., arXiv 2505.13447,
	// section 4.2).
	Guidance float64
	// MaxGuidance, if it is not 0, trains the network for all guidance scales from Guidance to
	// MaxGuidance, which is above Guidance and at most 20. The network takes the scale as an input,
	// and [SampleOptions].Guidance chooses it, at no cost when the model generates. Each example's
	// scale is drawn with the density p(ω) ∝ 1/ω, so that small scales are frequent (Geng et al.,
	// arXiv 2512.02012; its p(ω) ∝ ω^-β with β = 1).
	MaxGuidance float64
	// ClassDropout is the share of examples whose class and values are withheld, so that the
	// network also learns the unconditional velocity. 0.1 if it is 0. [None] withholds nothing, and
	// is allowed with a Guidance of 1 without MaxGuidance.
	ClassDropout float64

	// Epochs is the number of epochs, 100 if it is 0. With [None], Train returns the untrained
	// model.
	Epochs          int
	BatchesPerEpoch int     // 10 if 0.
	BatchSize       int     // 2,048 if 0.
	LearningRate    float64 // Of Adam, 0.003 if 0.
	// Schedule multiplies the learning rate by a factor that depends on the progress. The zero
	// value keeps the learning rate constant.
	Schedule Schedule
	// EMADecays are the decays, between 0 and 1, of exponential moving averages of the weights.
	// Each step adds (1 - decay)·(weights - average) to an average, with a correction for the first
	// steps. The model generates with the first average (see [Model.WithEMA]).
	EMADecays []float64
	Seed      int64 // Determines everything random: weights, noise, times and data.
	// ClipNorm is the largest norm of all gradients together; larger gradients are scaled down. 0
	// for no limit.
	ClipNorm float64

	// JumpFactor limits the loss: a batch diverges if its loss exceeds JumpFactor times the
	// previous epoch's mean (in the first epoch, its first loss). 0 for no limit. A batch also
	// diverges if its loss is not finite, or its unweighted squared error exceeds 10⁵ times the
	// first batch's.
	JumpFactor float64
	// MaxSkipped is the number of batches that may diverge in a training. They are left out, as if
	// they had not been drawn. The next batch that diverges stops the training.
	MaxSkipped int

	// CheckpointDir is the folder for checkpoints. If it is empty, Train writes none. If the folder
	// already holds checkpoints, Train returns an error unless Resume is set. A relative path is
	// relative to the working directory at the beginning of the training.
	CheckpointDir string
	// CheckpointEvery is the number of epochs between checkpoints, 10 if it is 0. Train also writes
	// a checkpoint before the first epoch and after the last one.
	CheckpointEvery int
	MaxCheckpoints  int // Only the newest MaxCheckpoints survive; 0 keeps all.
	// Resume goes on from the newest intact checkpoint in CheckpointDir, if there is one, up to
	// Epochs epochs in total. If the checkpoint has another configuration, Train returns a
	// [MismatchError].
	Resume bool
	// AllowChanges resumes from a checkpoint of another configuration, and says on standard error
	// what each change means. The data's dimension and conditions, the network, EMADecays and
	// whether the objective predicts average velocities can't change.
	AllowChanges bool

	// OnEpoch, if it is set, is called after each epoch with the current model, which it may use
	// during the call. An error from OnEpoch interrupts the training.
	OnEpoch func(*Model) error
	// ProgressWriter receives the progress: a bar in a terminal and, for os.Stdout, in a notebook;
	// a line per epoch elsewhere. Nil shows none.
	ProgressWriter io.Writer

	Backend compute.Backend // The engine, [backend.Default] if nil.
	// Devices is the number of XLA devices that share each batch, 1 if it is 0. The losses are
	// those of one device up to rounding. If Backend is nil, Train opens XLA with this number of
	// devices (see [backend.WithDevices]). On the devices of a CPU, XLA computes the residual MLP
	// and the patch transformer wrongly with large batches, so that Train returns a [DivergedError]
	// (see Divergence in faults.md).
	Devices int
}

// None means zero in a field of [Config] in which 0 stands for a default: Epochs and ClassDropout.
const None = -1

// withDefaults fills in the default of each field that has its zero value.
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

// setDefault sets a field to its default if it is 0.
func setDefault[T int | float64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}
