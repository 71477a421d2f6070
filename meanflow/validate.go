package meanflow

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/meanflow-go/meanflow/meanflow/network"
)

// Limits that no sensible training comes near to: a larger number is a slip of the pen.
const (
	maxEpochs    = 10_000_000
	maxBatches   = 10_000_000
	maxBatchSize = 1 << 24
	maxDim       = 1 << 16
	maxDevices   = 1 << 10
	maxClasses   = 1 << 16
	maxValues    = 1 << 16
	maxGuidance  = 20 // Far beyond it classes collapse to a point, and losses grow without bound.
)

// validate says what is wrong with the (filled-in) configuration, and fills in its network.
func (c *Config) validate() (err error) {
	if c.Data == nil {
		return errors.New("Config.Data is missing: give it a distribution or points of package " +
			"datasets")
	}
	if dim := c.Data.Dim(); dim < 1 || dim > maxDim {
		return fmt.Errorf("Config.Data has %d dimensions, there must be from 1 to %d", dim, maxDim)
	}
	for _, check := range []func() error{
		c.validateCounts, c.validateRates, c.validateNames, c.validateConditions,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	if c.Resume && c.CheckpointDir == "" {
		return errors.New("Config.Resume is set without a Config.CheckpointDir to resume from")
	}
	if c.Network, err = network.Complete(c.Network); err != nil {
		return fmt.Errorf("Config.Network: %w", err)
	}
	return nil
}

func (c *Config) validateCounts() error {
	for _, count := range []struct {
		name         string
		is, min, max int
	}{
		{"Epochs", c.Epochs, 0, maxEpochs},
		{"BatchesPerEpoch", c.BatchesPerEpoch, 1, maxBatches},
		{"BatchSize", c.BatchSize, 1, maxBatchSize},
		{"CheckpointEvery", c.CheckpointEvery, 1, maxEpochs},
		{"Devices", c.Devices, 1, maxDevices},
		{"MaxSkipped", c.MaxSkipped, 0, math.MaxInt},
		{"MaxCheckpoints", c.MaxCheckpoints, 0, math.MaxInt},
	} {
		if count.is < count.min || count.is > count.max {
			return fmt.Errorf("Config.%s is %d, it must be from %d to %d", count.name, count.is,
				count.min, count.max)
		}
	}
	if c.BatchSize%c.Devices != 0 {
		return fmt.Errorf("Config.BatchSize is %d, which Config.Devices, %d, can't share evenly",
			c.BatchSize, c.Devices)
	}
	if c.Backend != nil && c.Backend.NumDevices() < c.Devices {
		return fmt.Errorf("Config.Devices is %d, Config.Backend (%s) has %d", c.Devices, c.Backend,
			c.Backend.NumDevices())
	}
	return nil
}

func (c *Config) validateRates() error {
	if !(c.LearningRate > 0 && c.LearningRate <= 10) { // Written so that NaN fails too.
		return fmt.Errorf("Config.LearningRate is %v, it must be above 0 and at most 10",
			c.LearningRate)
	}
	for k, decay := range c.EMADecays {
		if !(decay > 0 && decay < 1) || slices.Index(c.EMADecays, decay) < k {
			return fmt.Errorf("Config.EMADecays[%d] is %v, it must be between 0 and 1, and "+
				"differ from those before",
				k, decay)
		}
	}
	for _, limit := range []struct {
		name    string
		is, low float64
	}{
		{"ClipNorm", c.ClipNorm, 0},
		{"JumpFactor", c.JumpFactor, 1},
	} {
		if limit.is != 0 && !(limit.is > limit.low && limit.is <= math.MaxFloat32) {
			return fmt.Errorf("Config.%s is %v, it must be above %v and finite, or 0 for no limit",
				limit.name,
				limit.is, limit.low)
		}
	}
	return nil
}

// validateNames wants a name of what a checkpoint can keep by its name only.
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
				"name: "+
				"give it both, a checkpoint keeps the name", named.field)
		}
	}
	if c.Objective.Name() == "" {
		return errors.New("Config.Objective has no name: its method Name must return one, which " +
			"a checkpoint keeps")
	}
	return nil
}

func (c *Config) validateConditions() error {
	if c.Guidance == 0 {
		return nil
	}
	if !(c.Guidance > 0 && c.Guidance <= maxGuidance) {
		return fmt.Errorf("Config.Guidance is %v, it must be above 0 and at most %d, or 0 for no "+
			"conditions",
			c.Guidance, maxGuidance)
	}
	data, ok := conditioned(c.Data)
	if !ok {
		return fmt.Errorf("Config.Guidance is %v, and Config.Data has no conditions: it must be "+
			"LabelledData or "+
			"ConditionedData", c.Guidance)
	}
	if classes, values := data.Classes(), data.Values(); classes < 0 || classes > maxClasses ||
		values < 0 ||
		values > maxValues || classes+values == 0 {
		return fmt.Errorf("Config.Data has %d classes and %d condition values, there must be "+
			"some, and at most %d",
			classes, values, maxClasses)
	}
	if !(c.ClassDropout >= 0 && c.ClassDropout < 1) {
		return fmt.Errorf("Config.ClassDropout is %v, it must be above 0 and below 1, or None",
			c.ClassDropout)
	}
	if c.ClassDropout == 0 && c.Guidance != 1 {
		return fmt.Errorf("Config.Guidance is %v, which needs the velocity of all points: "+
			"Config.ClassDropout "+
			"can't be None", c.Guidance)
	}
	if c.Coupling.Name != IndependentNoise().Name {
		return fmt.Errorf("Config.Guidance needs independent noise, Config.Coupling is %s: the "+
			"noise of a class "+
			"would not be normal by itself", c.Coupling.Name)
	}
	return nil
}
