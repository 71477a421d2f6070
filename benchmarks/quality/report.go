package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// report is the content of quality.json.
type report []*result

// result is a recipe, trained on a distribution for a number of steps.
type result struct {
	Recipe        string    `json:"recipe"`
	TrainingSteps int       `json:"training_steps"`
	Distribution  string    `json:"distribution"`
	Samples       []samples `json:"samples"`
}

// samples are the measures of samples in a number of steps, one value per seed.
type samples struct {
	Steps      int       `json:"steps"`                 // Of sampling, the NFE.
	Distances  []float64 `json:"sliced_wasserstein"`    // From points of the distribution.
	OffSupport []float64 `json:"off_support,omitempty"` // Shares, if the support is known.
}

// newResult makes a result without any seeds.
func newResult(trained recipe, trainingSteps int, distribution string) *result {
	r := &result{Recipe: trained.name, TrainingSteps: trainingSteps, Distribution: distribution}
	for _, steps := range []int{1, 2, 5, 100} {
		r.Samples = append(r.Samples, samples{Steps: steps})
	}
	return r
}

// String is a line of the log.
func (r *result) String() string {
	line := fmt.Sprintf("%-43s %-13s %6d steps", r.Recipe, r.Distribution, r.TrainingSteps)
	for _, s := range r.Samples {
		line += fmt.Sprintf("  %d: %s", s.Steps, s)
	}
	return line
}

// String is a cell of the tables: the means over the seeds.
func (s samples) String() string {
	if len(s.OffSupport) == 0 {
		return fmt.Sprintf("%.3f", stat.Mean(s.Distances, nil))
	}
	return fmt.Sprintf("%.3f / %.3f", stat.Mean(s.Distances, nil), stat.Mean(s.OffSupport, nil))
}

// readReport reads path.json, without the results of recipes that are no longer in allRecipes. The
// report is empty if there is no such file.
func readReport(path string) (report, error) {
	encoded, err := os.ReadFile(path + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all report
	if err := json.Unmarshal(encoded, &all); err != nil {
		return nil, fmt.Errorf("%s.json: %w", path, err)
	}
	return slices.DeleteFunc(all, func(r *result) bool { return !isRecipe(r.Recipe) }), nil
}

// put replaces the result of the same recipe, distribution and number of training steps. If there
// is none, it appends.
func (r *report) put(added *result) {
	k := slices.IndexFunc(*r, func(old *result) bool {
		return old.Recipe == added.Recipe && old.TrainingSteps == added.TrainingSteps &&
			old.Distribution == added.Distribution
	})
	if k < 0 {
		*r = append(*r, added)
		return
	}
	(*r)[k] = added
}

// write writes all values to path.json, and tables of their means to path.md.
func (r report) write(path string) error {
	encoded, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json", append(encoded, '\n'), 0o666); err != nil {
		return err
	}
	return os.WriteFile(path+".md", []byte(r.tables()), 0o666)
}

// tables is quality.md: a Markdown table for each distribution and number of training steps.
func (r report) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, `# Recipes

Each cell is the sliced Wasserstein distance / the share of samples off the support, both means over
the seeds, of %d samples. The columns are the numbers of sampling steps.
`+"`make quality` writes this file.\n", sampleSize)
	type table struct {
		distribution  string
		trainingSteps int
	}
	tableOf := func(r *result) table { return table{r.Distribution, r.TrainingSteps} }
	var written []table
	for _, first := range r {
		current := tableOf(first)
		if slices.Contains(written, current) {
			continue
		}
		written = append(written, current)
		fmt.Fprintf(&text, "\n## %s, %d training steps\n\n| recipe |",
			first.Distribution, first.TrainingSteps)
		for _, s := range first.Samples {
			fmt.Fprintf(&text, " %d |", s.Steps)
		}
		fmt.Fprintf(&text, " seeds |\n|---|%s---|\n", strings.Repeat("---|", len(first.Samples)))
		for _, line := range r {
			if tableOf(line) != current {
				continue
			}
			fmt.Fprintf(&text, "| %s |", line.Recipe)
			for _, s := range line.Samples {
				fmt.Fprintf(&text, " %s |", s)
			}
			fmt.Fprintf(&text, " %d |\n", len(line.Samples[0].Distances))
		}
	}
	return text.String()
}
