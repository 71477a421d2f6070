package main

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"
)

// row are the results of a recipe on a work, one for each seed.
type row struct {
	recipe, work  string
	trainingSteps int
	results       []*result
}

// rows returns the results on a work as rows, in the order of allRecipes, short trainings first.
func (r *report) rows(work string) (rows []*row) {
	for _, of := range r.Results {
		if of.Work != work {
			continue
		}
		k := slices.IndexFunc(rows, func(found *row) bool {
			return found.recipe == of.Recipe && found.trainingSteps == of.TrainingSteps
		})
		if k < 0 {
			k = len(rows)
			rows = append(rows, &row{of.Recipe, work, of.TrainingSteps, nil})
		}
		rows[k].results = append(rows[k].results, of)
	}
	order := func(of *row) int {
		return slices.IndexFunc(allRecipes, func(known recipe) bool {
			return known.name == of.recipe
		})
	}
	slices.SortStableFunc(rows, func(a, b *row) int {
		if a.recipe != b.recipe {
			return order(a) - order(b)
		}
		return a.trainingSteps - b.trainingSteps
	})
	return rows
}

// mean returns the mean over the seeds of a measure in a number of sampling steps, 0 for those of
// the model, and whether there is one.
func (r *row) mean(steps int, measure string) (mean float64, ok bool) {
	for _, of := range r.results {
		value, ok := of.in(steps, measure)
		if !ok {
			return 0, false
		}
		mean += value / float64(len(r.results))
	}
	return mean, true
}

// seconds returns the mean time of a training, without compilation.
func (r *row) seconds() float64 {
	var all []float64
	for _, of := range r.results {
		all = append(all, of.Seconds)
	}
	return stat.Mean(all, nil)
}

const tablesHead = `# Recipes

What samples of each recipe are like, on each work, after a number of training steps. A cell has the
measures of samples in 1, 2, 5 or 100 steps, separated by slashes, which are means over the seeds.
The seconds are those of a training, without compilation. "make quality" writes this file.
`

// explanations say what the measures of each kind of work are.
var explanations = map[kind]string{
	plane: `Sliced Wasserstein distance from 10,000 points of the distribution / share off its
support, both of 10,000 samples.`,
	mixture: `Sliced Wasserstein distance of 10,000 samples from 10,000 points of the distribution.
The log-likelihood is the mean over 2,000 points of the distribution, along the model's velocity in
50 steps of RK4.`,
	tables: `Sliced Wasserstein distance / energy distance between samples and the half of the rows
that was held out, over the distance of the two halves. There are as many samples as rows in a half;
a number is the mean over eight sets of samples.`,
	codes: `Fréchet distance between the features of 10,000 digits and those of the test images /
share of digits that the classifier takes for the digit asked for / median distance of 1,000 digits
to the nearest training image. The classifier is that of package metrics/digits. All recipes share
an autoencoder.`,
}

// tables is quality.md: a Markdown table for each work.
func (r *report) tables() string {
	var text strings.Builder
	text.WriteString(tablesHead)
	for _, of := range allWorks {
		if rows := r.rows(of.name()); len(rows) > 0 {
			fmt.Fprintf(&text, "\n## %s\n\n%s\n", of.name(), explanations[of.kind()])
			r.writeTable(&text, of, rows)
		}
	}
	return text.String()
}

func (r *report) writeTable(text *strings.Builder, of work, rows []*row) {
	var ofSamples, ofModel []column
	for _, c := range of.columns() {
		if c.isOfModel {
			ofModel = append(ofModel, c)
		} else {
			ofSamples = append(ofSamples, c)
		}
	}
	for _, known := range r.References {
		if known.Work == of.name() {
			measured := &row{results: []*result{{Measures: known.Measures}}}
			fmt.Fprintf(text, "\nFor comparison, %s: %s\n", known.Name,
				cell(measured, 0, of.columns()))
		}
	}
	text.WriteString("\n| recipe | training steps | seconds |")
	for _, steps := range defaultSampling {
		fmt.Fprintf(text, " %d |", steps)
	}
	for _, c := range ofModel {
		fmt.Fprintf(text, " %s |", c.title)
	}
	fmt.Fprintf(text, " seeds |\n|---|%s\n",
		strings.Repeat("---:|", 3+len(defaultSampling)+len(ofModel)))
	for _, line := range rows {
		fmt.Fprintf(text, "| %s | %d | %.1f |", line.recipe, line.trainingSteps, line.seconds())
		for _, steps := range defaultSampling {
			fmt.Fprintf(text, " %s |", cell(line, steps, ofSamples))
		}
		for _, c := range ofModel {
			fmt.Fprintf(text, " %s |", cell(line, 0, []column{c}))
		}
		fmt.Fprintf(text, " %d |\n", len(line.results))
	}
}

// cell formats the measures of some columns in a number of sampling steps, 0 for those of the
// model. It leaves out what was not measured.
func cell(of *row, steps int, columns []column) string {
	var means []string
	for _, c := range columns {
		if mean, ok := of.mean(steps, c.measure); ok {
			means = append(means, fmt.Sprintf(c.format, mean))
		}
	}
	return strings.Join(means, " / ")
}

// String is the seconds of the result, and its measures by numbers of sampling steps.
func (r *result) String() string {
	columns, alone := workByName(r.Work).columns(), &row{results: []*result{r}}
	parts := []string{fmt.Sprintf("%.1f s", r.Seconds)}
	for _, s := range r.Samples {
		parts = append(parts, fmt.Sprintf("%d: %s", s.Steps, cell(alone, s.Steps, columns)))
	}
	if r.Measures != nil {
		parts = append(parts, cell(alone, 0, columns))
	}
	return strings.Join(parts, "  ")
}
