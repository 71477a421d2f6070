package training

import (
	"fmt"
	"strconv"
	"strings"
)

// Recipe has the fields that decide the result of a training.
type Recipe []Field

// Field is a field that decides the result of a training.
type Field struct {
	Name  string `json:"field"` // For instance "Config.BatchSize".
	Value string `json:"value"`
	// Fixed is true if the field can't change when a training is resumed.
	Fixed bool `json:"-"`
	// Effect says what a change of the field means for a training that is resumed.
	Effect string `json:"-"`
}

// recipe returns all fields that decide the result. The number of epochs counts only if something
// depends on the progress of the training.
func (c Config) recipe(usesProgress bool) Recipe {
	epochs := "any number"
	if usesProgress || c.Schedule != nil {
		epochs = strconv.Itoa(c.Epochs)
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	return append(append(Recipe{}, c.Recipe...), Recipe{
		{Name: "Config.Epochs", Value: epochs,
			Effect: "the schedule goes on at the steps' progress in the new number of epochs"},
		{Name: "Config.BatchesPerEpoch", Value: strconv.Itoa(c.BatchesPerEpoch),
			Effect: "epochs before and after have different lengths"},
		{Name: "Config.BatchSize", Value: strconv.Itoa(c.BatchSize),
			Effect: "losses before and after are means over different numbers of examples"},
		{Name: "Config.LearningRate", Value: number(c.LearningRate),
			Effect: "steps have the new length from here on"},
		{Name: "Config.Schedule", Value: c.ScheduleName,
			Effect: "the learning rate jumps to the new schedule's value at this progress"},
		{Name: "Config.EMADecays", Value: fmt.Sprint(c.EMADecays), Fixed: true},
		{Name: "Config.ClipNorm", Value: number(c.ClipNorm),
			Effect: "gradients are clipped to the new norm from here on"},
		{Name: "Config.JumpFactor", Value: number(c.JumpFactor),
			Effect: "batches diverge by the new limit from here on"},
		{Name: "Config.MaxSkipped", Value: strconv.Itoa(c.MaxSkipped),
			Effect: "batches that were left out before count towards the new number"},
		{Name: "Config.Seed", Value: strconv.FormatInt(c.Seed, 10),
			Effect: "none: the random numbers go on from the checkpoint's"},
	}...)
}

// compare returns a MismatchError if fields of a checkpoint's recipe differ from the current one.
// If AllowChanges is set and no fixed field differs, it warns about each change instead.
func (c Config) compare(checkpoint string, was, is Recipe) error {
	values := map[string]string{}
	for _, field := range was {
		values[field.Name] = field.Value
	}
	mismatch := &MismatchError{Checkpoint: checkpoint, Changeable: true}
	var effects []string
	for _, field := range is {
		value, found := values[field.Name]
		if !found {
			value = "not kept"
		}
		if value == field.Value {
			continue
		}
		difference := Difference{field.Name, value, field.Value}
		mismatch.Differences = append(mismatch.Differences, difference)
		mismatch.Changeable = mismatch.Changeable && !field.Fixed
		effects = append(effects, fmt.Sprintf("%v: %s", difference, field.Effect))
	}
	if len(mismatch.Differences) == 0 {
		return nil
	}
	if c.AllowChanges && mismatch.Changeable {
		Warn("going on from %s with changes:\n  %s", checkpoint, strings.Join(effects, "\n  "))
		return nil
	}
	if c.AllowChanges { // Name only the fields that can't change.
		fixed := mismatch.Differences[:0]
		for _, difference := range mismatch.Differences {
			for _, field := range is {
				if field.Name == difference.Field && field.Fixed {
					fixed = append(fixed, difference)
				}
			}
		}
		mismatch.Differences = fixed
	}
	return mismatch
}
