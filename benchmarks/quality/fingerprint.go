package main

import (
	"fmt"
	"strings"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// fingerprint describes everything that decides what is trained, except the seed, the number of
// epochs and data that are the same on every machine: data is the fingerprint of computedData. A
// result is measured anew if it changes. Fields that have their default are left out.
func fingerprint(r recipe, config meanflow.Config, data string) (string, error) {
	var parts []string
	add := func(format string, isSet bool, values ...any) {
		if isSet {
			parts = append(parts, fmt.Sprintf(format, values...))
		}
	}
	switch described := config.Objective.(type) {
	case nil:
		add("%s", true, meanflow.MeanFlow{})
	case fmt.Stringer:
		add("%s", true, described)
	default:
		add("%s", true, described.Name())
	}
	add("%s", config.Coupling.Name != "", config.Coupling.Name)
	if config.Network != nil {
		encoded, err := network.Encode(config.Network)
		if err != nil {
			return "", err
		}
		add("network %s", true, encoded)
	}
	add("batches of %d", config.BatchSize != 0, config.BatchSize)
	add("learning rate %v", config.LearningRate != 0, config.LearningRate)
	add("schedule %s", config.Schedule.Name != "", config.Schedule)
	add("gradients clipped at %v", config.ClipNorm != 0, config.ClipNorm)
	add("jump factor %v", config.JumpFactor != 0, config.JumpFactor)
	add("%d batches may be skipped", config.MaxSkipped != 0, config.MaxSkipped)
	add("EMA decays %v", len(config.EMADecays) > 0, config.EMADecays)
	add("guidance %v", config.Guidance != 0, config.Guidance)
	add("guidance up to %v", config.MaxGuidance != 0, config.MaxGuidance)
	add("class dropout %v", config.ClassDropout != 0, config.ClassDropout)
	add("sampled in %v steps", r.sampling != nil, r.sampling)
	if r.first != nil {
		add("after %d steps of flow matching", true, r.first.steps)
		add("%s", r.first.makes != "", r.first.makes)
	}
	add("%s", data != "", data)
	return strings.Join(parts, "; "), nil
}
