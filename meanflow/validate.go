package meanflow

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Limits far beyond any sensible training. A larger number is a typing error.
const (
	maxEpochs    = 10_000_000
	maxBatches   = 10_000_000
	maxBatchSize = 1 << 24
	maxDim       = 1 << 16
	maxDevices   = 1 << 10
	maxClasses   = 1 << 16
	maxValues    = 1 << 16
	maxGuidance  = 20 // Far larger scales make classes collapse to points and losses grow.
)

// validate checks a configuration whose defaults are filled in, and fills in its network's
// defaults.
func (c *Config) validate() (err error) {
	if c.Data == nil {
		return errors.New("Config.Data is missing: set it to a distribution or points of " +
			"package datasets")
	}
	if dim := c.Data.Dim(); dim < 1 || dim > maxDim {
		return fmt.Errorf("Config.Data has %d dimensions, it must have from 1 to %d", dim, maxDim)
	}
	for _, check := range []func() error{
		c.validateCounts, c.validateRates, c.validateNames, c.validatePairs, c.validateConditions,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.Coupling.err != nil {
		return fmt.Errorf("Config.Coupling: %w", c.Coupling.err)
	}
	if c.Resume && c.CheckpointDir == "" {
		return errors.New("Config.Resume is set without a Config.CheckpointDir to resume from")
	}
	if c.Network, err = network.Complete(c.Network); err != nil {
		return fmt.Errorf("Config.Network: %w", err)
	}
	if objective, ok := c.Objective.(interface{ validate(*Config) error }); ok {
		if err := objective.validate(c); err != nil {
			return fmt.Errorf("Config.Objective: %w", err)
		}
	}
	return c.validateInitialModel()
}

func (c *Config) validateCounts() error {
	for _, count := range []struct {
		field           string
		value, min, max int
		zero            string // What 0 stands for.
	}{
		{"Epochs", c.Epochs, 0, maxEpochs, "100, or None"},
		{"BatchesPerEpoch", c.BatchesPerEpoch, 1, maxBatches, "10"},
		{"BatchSize", c.BatchSize, 1, maxBatchSize, "2048"},
		{"CheckpointEvery", c.CheckpointEvery, 1, maxEpochs, "10"},
		{"Devices", c.Devices, 1, maxDevices, "1"},
		{"MaxSkipped", c.MaxSkipped, 0, math.MaxInt, "none"},
		{"MaxCheckpoints", c.MaxCheckpoints, 0, math.MaxInt, "all"},
	} {
		if count.value < count.min || count.value > count.max {
			return fmt.Errorf("Config.%s is %d, it must be from 1 to %d, or 0 for %s",
				count.field, count.value, count.max, count.zero)
		}
	}
	if c.BatchSize%c.Devices != 0 {
		return fmt.Errorf("Config.BatchSize is %d, it must be a multiple of Config.Devices, %d",
			c.BatchSize, c.Devices)
	}
	if c.Backend != nil && c.Backend.NumDevices() < c.Devices {
		return fmt.Errorf("Config.Devices is %d, but Config.Backend (%s) has %d",
			c.Devices, c.Backend, c.Backend.NumDevices())
	}
	return nil
}

func (c *Config) validateRates() error {
	if !(c.LearningRate > 0 && c.LearningRate <= 10) { // NaN fails, too.
		return fmt.Errorf("Config.LearningRate is %v, it must be above 0 and at most 10",
			c.LearningRate)
	}
	for k, decay := range c.EMADecays {
		if !(decay > 0 && decay < 1) || slices.Index(c.EMADecays, decay) < k {
			return fmt.Errorf("Config.EMADecays[%d] is %v, it must be between 0 and 1, and differ "+
				"from the decays before it", k, decay)
		}
	}
	for _, limit := range []struct {
		field        string
		value, above float64
	}{
		{"ClipNorm", c.ClipNorm, 0},
		{"JumpFactor", c.JumpFactor, 1},
	} {
		if limit.value != 0 && !(limit.value > limit.above && limit.value <= math.MaxFloat32) {
			return fmt.Errorf("Config.%s is %v, it must be above %v and finite, or 0 for no limit",
				limit.field, limit.value, limit.above)
		}
	}
	return nil
}

// validateNames requires a name for each function, because a checkpoint keeps functions by name.
func (c *Config) validateNames() error {
	for _, named := range []struct {
		field, name string
		isSet       bool
	}{
		{"Coupling", c.Coupling.Name, c.Coupling.Pair != nil},
		{"Schedule", c.Schedule.Name, c.Schedule.Factor != nil},
	} {
		if named.isSet != (named.name != "") {
			return fmt.Errorf("Config.%s has a name without a function, or a function without a "+
				"name: set both, since a checkpoint keeps the name", named.field)
		}
	}
	if c.Objective.Name() == "" {
		return errors.New("Config.Objective has no name: its method Name must return one, since " +
			"a checkpoint keeps it")
	}
	return nil
}

// validatePairs refuses what would replace the noise of [PairedData], or need more than noise.
func (c *Config) validatePairs() error {
	if _, ok := c.Data.(PairedData); !ok {
		return nil
	}
	if c.Coupling.Name != IndependentNoise().Name {
		return fmt.Errorf("Config.Coupling is %s, but Config.Data, %T, brings its own noise: it "+
			"must be the zero value", c.Coupling.Name, c.Data)
	}
	if c.Guidance != 0 {
		return fmt.Errorf("Config.Guidance is %v, but Config.Data, %T, brings its own noise and "+
			"has no conditions: it must be 0", c.Guidance, c.Data)
	}
	return nil
}

func (c *Config) validateConditions() error {
	if c.Guidance == 0 && c.MaxGuidance != 0 {
		return fmt.Errorf("Config.MaxGuidance is %v without a Config.Guidance: set it to the "+
			"smallest scale, for instance 1", c.MaxGuidance)
	}
	if c.Guidance == 0 {
		return nil
	}
	if !(c.Guidance > 0 && c.Guidance <= maxGuidance) {
		return fmt.Errorf("Config.Guidance is %v, it must be above 0 and at most %d, or 0 for no "+
			"conditions", c.Guidance, maxGuidance)
	}
	isAbove := c.MaxGuidance > c.Guidance && c.MaxGuidance <= maxGuidance // NaN is not.
	if c.MaxGuidance != 0 && !isAbove {
		return fmt.Errorf("Config.MaxGuidance is %v, it must be above Config.Guidance, %v, and at "+
			"most %d, or 0 for a fixed scale", c.MaxGuidance, c.Guidance, maxGuidance)
	}
	data, ok := conditioned(c.Data)
	if !ok {
		return fmt.Errorf("Config.Guidance is %v, but Config.Data has no conditions: it must be "+
			"LabelledData or ConditionedData", c.Guidance)
	}
	classes, values := data.Classes(), data.Values()
	isInRange := 0 <= classes && classes <= maxClasses && 0 <= values && values <= maxValues
	if !isInRange || classes+values == 0 {
		return fmt.Errorf("Config.Data has %d classes and %d condition values, it must have from "+
			"0 to %d of each, and one at least", classes, values, maxClasses)
	}
	if !(c.ClassDropout >= 0 && c.ClassDropout < 1) {
		return fmt.Errorf("Config.ClassDropout is %v, it must be above 0 and below 1, or None",
			c.ClassDropout)
	}
	if c.ClassDropout == 0 && c.isGuided() {
		return fmt.Errorf("Config.Guidance is %v and Config.MaxGuidance %v, which needs the "+
			"unconditional velocity: Config.ClassDropout can't be None", c.Guidance, c.MaxGuidance)
	}
	if c.Coupling.given == nil && c.Coupling.Name != IndependentNoise().Name {
		return fmt.Errorf("Config.Guidance needs independent or sorted noise, but Config.Coupling "+
			"is %s, with which the noise of a class may not be normal", c.Coupling.Name)
	}
	if c.Coupling.given != nil && values > 1 {
		return fmt.Errorf("Config.Data has %d condition values, but Config.Coupling, %s, takes "+
			"one at most: set it to IndependentNoise()", values, c.Coupling.Name)
	}
	return nil
}
