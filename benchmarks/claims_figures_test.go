package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

// figures are the committed results. A figure that is asked for and is not there fails the test.
type figures struct {
	t       *testing.T
	speed   report
	quality struct {
		References []struct {
			Work, Name string
			Measures   map[string]float64
		}
		Results []struct {
			Recipe, Work  string
			TrainingSteps int `json:"training_steps"`
			Samples       []struct {
				Steps    int
				Measures map[string]float64
			}
			Measures map[string]float64
		}
	}
	digits struct {
		Rows []struct {
			Steps              int
			Frechet, Agreement float64
		}
	}
	reach reached
	// Measured has what no command writes: by its name, how it was measured, and its values.
	measured map[string]struct {
		How    string
		Values map[string][]float64
	}
}

func readFigures(t *testing.T) *figures {
	t.Helper()
	f := &figures{t: t}
	for path, into := range map[string]any{
		"results.json": &f.speed, "quality.json": &f.quality, "digits.json": &f.digits,
		"reach.json": &f.reach, "measured.json": &f.measured,
	} {
		content, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(content, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, entry := range f.measured {
		if entry.How == "" {
			t.Errorf("measured.json does not say how %q was measured", name)
		}
	}
	return f
}

// holds fails the test if the results don't show what a text says without a figure.
func (f *figures) holds(claim string, shown bool) {
	f.t.Helper()
	if !shown {
		f.t.Errorf("the results do not show that %s", claim)
	}
}

// ---- Speed and memory -----------------------------------------------------------------------

const (
	onXLA, onPureGo, onPlainGo = "meanflow-go", "meanflow-go, pure Go",
		"meanflow-go, pure Go without simd"
	onTwoDevices = "meanflow-go, two devices"
)

// values returns what an engine took for a case in each round. The case is named as in the tables
// of results.md.
func (f *figures) values(of, engine string, quantity column) []float64 {
	f.t.Helper()
	for _, result := range f.speed.Results {
		if result.String() == of && result.Engine == engine {
			return quantity(result)
		}
	}
	f.t.Fatalf("results.json: no result of %s for %q", engine, of)
	return nil
}

// typical is the median of what an engine took for a case.
func (f *figures) typical(of, engine string, quantity column) float64 {
	f.t.Helper()
	return median(f.values(of, engine, quantity))
}

// ratio is the time of an engine over that of another, the median over the rounds.
func (f *figures) ratio(of, engine, other string) float64 {
	f.t.Helper()
	ratios := slices.Clone(f.values(of, engine, values))
	for k, value := range f.values(of, other, values) {
		ratios[k] /= value
	}
	return median(ratios)
}

// timesAsFast says how many times as fast as an engine this package is.
func (f *figures) timesAsFast(of, engine string) string {
	f.t.Helper()
	return factor(1 / f.ratio(of, onXLA, engine))
}

// timesAsFastIn is the range of timesAsFast over all cases of a kind of work.
func (f *figures) timesAsFastIn(kind work, engine string) string {
	f.t.Helper()
	var all []float64
	for _, result := range f.speed.Results {
		if result.Work == kind && result.Engine == engine {
			all = append(all, 1/f.ratio(result.String(), onXLA, engine))
		}
	}
	return factor(slices.Min(all)) + " to " + factor(slices.Max(all))
}

// startOf are the seconds / the peak memory of an engine's processes.
func (f *figures) startOf(of, engine string) string {
	f.t.Helper()
	return fmt.Sprintf("%s / %.0f", short(f.typical(of, engine, values)),
		f.typical(of, engine, peaks))
}

// factor formats a ratio with two digits, or three if it is about 1.
func factor(ratio float64) string {
	switch {
	case ratio < 1.095:
		return fmt.Sprintf("%.2f", ratio)
	case ratio < 9.95:
		return fmt.Sprintf("%.1f", ratio)
	}
	return fmt.Sprintf("%.0f", ratio)
}

// deviceRange is the range of the time on two devices over that on one, over all training steps.
func (f *figures) deviceRange() string {
	f.t.Helper()
	var all []float64
	for _, result := range f.speed.Results {
		if result.Engine == onTwoDevices {
			all = append(all, f.ratio(result.String(), onTwoDevices, onXLA))
		}
	}
	return factor(slices.Min(all)) + " to " + factor(slices.Max(all))
}

// ---- Quality ----------------------------------------------------------------------------------

// Measures of quality.json.
const distance, share = "sliced_wasserstein", "off_support"

// trained is a recipe, trained on a work for a number of steps.
type trained struct {
	recipe string
	steps  int
}

// of returns a measure of samples of a trained recipe, the mean over the seeds; without sampling
// steps, a measure of the model. It is NaN if quality.json lacks it.
func (f *figures) of(work string, by trained, samplingSteps int, measure string) float64 {
	sum, n := 0., 0.
	for _, result := range f.quality.Results {
		if result.Work != work || result.Recipe != by.recipe || result.TrainingSteps != by.steps {
			continue
		}
		measures := result.Measures
		for _, samples := range result.Samples {
			if samples.Steps == samplingSteps {
				measures = samples.Measures
			}
		}
		if value, ok := measures[measure]; ok {
			sum, n = sum+value, n+1
		}
	}
	return sum / n
}

// reference returns a measure that a work's samples are compared with.
func (f *figures) reference(work, name, measure string) float64 {
	f.t.Helper()
	for _, r := range f.quality.References {
		if r.Work == work && r.Name == name {
			return r.Measures[measure]
		}
	}
	f.t.Fatalf("quality.json: no reference %q of %s", name, work)
	return 0
}

// inPlane is the distance / the share off the support of samples, empty without a result. Format is
// that of the share.
func (f *figures) inPlane(work string, by trained, samplingSteps int, format string) string {
	from := f.of(work, by, samplingSteps, distance)
	if math.IsNaN(from) {
		return ""
	}
	return small("%.3f", from) + " / " + small(format, f.of(work, by, samplingSteps, share))
}

// small formats a number without the zero before the point, and with a true minus.
func small(format string, value float64) string {
	text := fmt.Sprintf(format, value)
	text = strings.TrimPrefix(text, "0")
	return strings.ReplaceAll(strings.ReplaceAll(text, "-0.", "−0."), "-", "−")
}

// row is a table's row, or the beginning of it.
func row(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |" }

// ---- Measured by hand --------------------------------------------------------------------------

// byHand returns values of measured.json, for fmt.Sprintf.
func (f *figures) byHand(name, value string) (all []any) {
	f.t.Helper()
	found, ok := f.measured[name].Values[value]
	if !ok {
		f.t.Fatalf("measured.json: no value %q of %q", value, name)
	}
	for _, figure := range found {
		all = append(all, figure)
	}
	return all
}
