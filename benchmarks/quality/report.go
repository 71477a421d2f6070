package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// report is everything that was trained.
type report []*result

// result is a recipe trained for so many steps on a distribution.
type result struct {
	Recipe       string    `json:"recipe"`
	Training     int       `json:"training_steps"`
	Distribution string    `json:"distribution"`
	Samples      []sampled `json:"samples"`
}

// sampled is what samples in so many steps are worth, a number for each seed.
type sampled struct {
	Steps      int       `json:"steps"`
	Distances  []float64 `json:"sliced_wasserstein"`
	OffSupport []float64 `json:"off_support,omitempty"`
}

func newResult(recipe recipe, training int, distribution string) *result {
	r := &result{Recipe: recipe.Name, Training: training, Distribution: distribution}
	for _, steps := range []int{1, 2, 5, 100} {
		r.Samples = append(r.Samples, sampled{Steps: steps})
	}
	return r
}

func (r *result) String() string {
	line := fmt.Sprintf("%-28s %-13s %6d steps", r.Recipe, r.Distribution, r.Training)
	for _, s := range r.Samples {
		line += fmt.Sprintf("  %d: %s", s.Steps, s)
	}
	return line
}

func (s sampled) String() string {
	if len(s.OffSupport) == 0 {
		return fmt.Sprintf("%.3f", stat.Mean(s.Distances, nil))
	}
	return fmt.Sprintf("%.3f / %.3f", stat.Mean(s.Distances, nil), stat.Mean(s.OffSupport, nil))
}

// write writes all numbers, and tables of their means.
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

// tables has one for each distribution and number of training steps.
func (r report) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, "# Recipes\n\nSliced Wasserstein distance / share of samples off the support, of %d samples in so many steps: means over seeds. Written by `make quality`.\n", points)
	type table struct {
		distribution string
		training     int
	}
	var written []table
	for _, first := range r {
		this := table{first.Distribution, first.Training}
		if slices.Contains(written, this) {
			continue
		}
		written = append(written, this)
		fmt.Fprintf(&text, "\n## %s, %d steps of training\n\n| recipe |", this.distribution, this.training)
		for _, s := range first.Samples {
			fmt.Fprintf(&text, " %d |", s.Steps)
		}
		fmt.Fprintf(&text, " seeds |\n|---|%s---|\n", strings.Repeat("---|", len(first.Samples)))
		for _, each := range r {
			if (table{each.Distribution, each.Training}) != this {
				continue
			}
			fmt.Fprintf(&text, "| %s |", each.Recipe)
			for _, s := range each.Samples {
				fmt.Fprintf(&text, " %s |", s)
			}
			fmt.Fprintf(&text, " %d |\n", len(each.Samples[0].Distances))
		}
	}
	return text.String()
}
