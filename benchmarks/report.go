package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// report is what was measured, on which machine and with what.
type report struct {
	Processor string            `json:"processor"`
	Cores     int               `json:"cores"`
	Versions  map[string]string `json:"versions"` // Of each engine.
	Engines   []string          `json:"engines"`
	Results   []*Result         `json:"results"`
}

// Result is what an engine needs for a case.
type Result struct {
	Case
	Engine string    `json:"engine"`
	Values []float64 `json:"values"`         // A number a round.
	Peak   []float64 `json:"peak,omitempty"` // Of memory, in MiB, where a case is a process of its own.
	Ratio  float64   `json:"ratio"`          // Of this package's value to this engine's, the median of the rounds.

	ratios []float64
}

func (r *Result) add(value, peak float64, first *Result) {
	r.Values = append(r.Values, value)
	if peak > 0 {
		r.Peak = append(r.Peak, peak)
	}
	r.ratios = append(r.ratios, first.Values[len(first.Values)-1]/value)
	r.Ratio = median(r.ratios)
}

func newReport() *report {
	return &report{Processor: processor(), Cores: runtime.NumCPU(), Versions: map[string]string{}}
}

// write writes all numbers, tables of them, and a plot.
func (r *report) write(folder string) error {
	encoded, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "results.json"), append(encoded, '\n'), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "results.md"), []byte(r.tables()), 0o666); err != nil {
		return err
	}
	return r.plot(filepath.Join(folder, "linear.png"))
}

// tables are Markdown.
func (r *report) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %d cores. Medians of the rounds, in brackets the least and the greatest; then this package's\n"+
		"value over that engine's, the median of the ratios within a round.\n", r.Processor, r.Cores)
	for _, engine := range r.engines(func(Case) bool { return true }) {
		fmt.Fprintf(&text, "\n- %s: %s", engine, r.Versions[engine])
	}
	text.WriteString("\n")
	for _, table := range []struct {
		title string
		work  work
		value func(*Result) []float64
	}{
		{"A training step, milliseconds", training, func(r *Result) []float64 { return r.Values }},
		{"A call that samples (width 64), milliseconds", sampling, func(r *Result) []float64 { return r.Values }},
		{"From the start of a process to a model trained for 1,000 steps, seconds", starting, func(r *Result) []float64 { return r.Values }},
		{"The peak memory of that process, MiB", starting, func(r *Result) []float64 { return r.Peak }},
		{"From the start of a process to a million points, seconds", memory, func(r *Result) []float64 { return r.Values }},
		{"The peak memory of that process, MiB", memory, func(r *Result) []float64 { return r.Peak }},
	} {
		is := func(c Case) bool { return c.Work == table.work }
		fmt.Fprintf(&text, "\n## %s\n\n", table.title)
		engines := r.engines(is)
		fmt.Fprintf(&text, "| | %s |\n|---%s|\n", strings.Join(engines, " | "), strings.Repeat("|---", len(engines)))
		for _, c := range r.cases(is) {
			fmt.Fprintf(&text, "| %s |", c)
			this := table.value(r.find(c, engines[0]))
			for k, engine := range engines {
				result := r.find(c, engine)
				if result == nil || len(table.value(result)) == 0 {
					text.WriteString(" |")
					continue
				}
				values := table.value(result)
				fmt.Fprintf(&text, " %s [%s–%s]", short(median(values)), short(slices.Min(values)), short(slices.Max(values)))
				if k > 0 {
					var ratios []float64
					for i, value := range values {
						ratios = append(ratios, this[i]/value)
					}
					fmt.Fprintf(&text, " **%.2f×**", median(ratios))
				}
				text.WriteString(" |")
			}
			text.WriteString("\n")
		}
	}
	return text.String()
}

// short has three digits.
func short(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.2f", value)
}

// engines are those with results of some cases.
func (r *report) engines(of func(Case) bool) (names []string) {
	for _, name := range r.Engines {
		if slices.ContainsFunc(r.Results, func(result *Result) bool { return result.Engine == name && of(result.Case) }) {
			names = append(names, name)
		}
	}
	return names
}

func (r *report) cases(of func(Case) bool) (cases []Case) {
	for _, result := range r.Results {
		if of(result.Case) && !slices.Contains(cases, result.Case) {
			cases = append(cases, result.Case)
		}
	}
	return cases
}

// find is nil where there is no such result.
func (r *report) find(c Case, engine string) *Result {
	for _, result := range r.Results {
		if result.Case == c && result.Engine == engine {
			return result
		}
	}
	return nil
}

// processor names the machine's, where the system tells.
func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name\t: "); ok {
			return strings.TrimSpace(name)
		}
	}
	return runtime.GOARCH
}
