package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// report is the content of quality.json.
type report struct {
	References []*reference `json:"references"`
	Results    []*result    `json:"results"`
}

// reference are measures of a work that samples are compared with.
type reference struct {
	Work     string   `json:"work"`
	Name     string   `json:"name"`
	Data     string   `json:"data,omitempty"` // The fingerprint of computedData.
	Measures measures `json:"measures"`
}

// result is a recipe, trained on a work for a number of steps with a seed.
type result struct {
	Recipe        string `json:"recipe"`
	Work          string `json:"work"`
	TrainingSteps int    `json:"training_steps"`
	Seed          int64  `json:"seed"`
	// Fingerprint says how the recipe trained, and on which data if they are computedData.
	Fingerprint string `json:"fingerprint"`
	// Seconds is the time of all training steps, without compilation: that of the steps after the
	// first epoch, in proportion. Making pairs for reflow counts, too.
	Seconds float64 `json:"seconds"`
	// TotalSeconds is the time of the training with compilation.
	TotalSeconds float64   `json:"total_seconds"`
	Samples      []samples `json:"samples"`
	// Measures are those of the model, which need no samples.
	Measures measures `json:"measures,omitempty"`
}

// samples are the measures of samples in a number of steps.
type samples struct {
	Steps    int      `json:"steps"` // Of sampling, the NFE.
	Measures measures `json:"measures"`
}

// isSameTraining reports whether two results are of the same recipe, work, number of training steps
// and seed.
func (r *result) isSameTraining(other *result) bool {
	return r.Recipe == other.Recipe && r.Work == other.Work &&
		r.TrainingSteps == other.TrainingSteps && r.Seed == other.Seed
}

// in returns a measure of samples in a number of steps, 0 for those of the model, and whether there
// is one.
func (r *result) in(steps int, measure string) (value float64, ok bool) {
	if steps == 0 {
		value, ok = r.Measures[measure]
		return value, ok
	}
	for _, s := range r.Samples {
		if s.Steps == steps {
			value, ok = s.Measures[measure]
		}
	}
	return value, ok
}

// readReport reads path.json, without the results of recipes and works that are no longer known,
// and those without the times of the training. The report is empty if there is no such file.
func readReport(path string) (r report, err error) {
	encoded, err := os.ReadFile(path + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(encoded, &r); err != nil {
		return r, fmt.Errorf("%s.json: %w", path, err)
	}
	r.References = slices.DeleteFunc(r.References, func(of *reference) bool {
		return workByName(of.Work) == nil
	})
	r.Results = slices.DeleteFunc(r.Results, func(of *result) bool {
		isKnown := slices.ContainsFunc(allRecipes, func(known recipe) bool {
			return known.name == of.Recipe
		})
		return !isKnown || workByName(of.Work) == nil || of.Seconds == 0
	})
	return r, nil
}

// find returns the result of the same training, or nil.
func (r *report) find(like *result) *result {
	if k := slices.IndexFunc(r.Results, like.isSameTraining); k >= 0 {
		return r.Results[k]
	}
	return nil
}

// put replaces the result of the same training. If there is none, it appends.
func (r *report) put(added *result) {
	if k := slices.IndexFunc(r.Results, added.isSameTraining); k >= 0 {
		r.Results[k] = added
		return
	}
	r.Results = append(r.Results, added)
}

// hasReferences reports whether there are references of a work on data with a fingerprint.
func (r *report) hasReferences(work, data string) bool {
	return slices.ContainsFunc(r.References, func(of *reference) bool {
		return of.Work == work && of.Data == data
	})
}

// write writes all values to path.json, tables of their means to path.md, and the figure to
// path.png. An interruption leaves path.json as it was, or complete.
func (r *report) write(path string) error {
	encoded, err := r.encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json.new", encoded, 0o666); err != nil {
		return err
	}
	if err := os.Rename(path+".json.new", path+".json"); err != nil {
		return err
	}
	if err := os.WriteFile(path+".md", []byte(r.tables()), 0o666); err != nil {
		return err
	}
	return r.plot(path + ".png")
}

// encode returns the JSON of the report with a line for each result.
func (r *report) encode() ([]byte, error) {
	var text bytes.Buffer
	text.WriteString("{\n \"references\": [")
	if err := writeLines(&text, r.References); err != nil {
		return nil, err
	}
	text.WriteString("],\n \"results\": [")
	if err := writeLines(&text, r.Results); err != nil {
		return nil, err
	}
	text.WriteString("]\n}\n")
	return text.Bytes(), nil
}

func writeLines[T any](text *bytes.Buffer, elements []T) error {
	for k, element := range elements {
		encoded, err := json.Marshal(element)
		if err != nil {
			return err
		}
		if k > 0 {
			text.WriteString(",")
		}
		text.WriteString("\n  ")
		text.Write(encoded)
	}
	if len(elements) > 0 {
		text.WriteString("\n ")
	}
	return nil
}
