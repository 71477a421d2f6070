package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// report is the content of results.json: the results, the machine and the versions.
type report struct {
	Processor string            `json:"processor"`
	Cores     int               `json:"cores"`
	Versions  map[string]string `json:"versions"` // By the engine's name.
	Engines   []string          `json:"engines"`
	Results   []*Result         `json:"results"`
}

// Result is what an engine took for a case.
type Result struct {
	Case
	Engine string `json:"engine"`
	// Values has the value of each round, in the case's unit.
	Values []float64 `json:"values"`
	// Peak has the peak memory of each round in MiB, if the case has its own process.
	Peak []float64 `json:"peak,omitempty"`
	// Ratio is the first engine's value divided by this engine's, the median over the rounds.
	Ratio float64 `json:"ratio"`

	ratios []float64
}

// add adds a round. First is the first engine's result, which has the round already.
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

// readReport reads the folder's results.json for measuring cases anew. It keeps the results of
// other kinds of work.
func readReport(folder string, cases []Case) (*report, error) {
	path := filepath.Join(folder, "results.json")
	encoded, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r := &report{}
	if err := json.Unmarshal(encoded, r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.Results = slices.DeleteFunc(r.Results, func(old *Result) bool {
		return slices.ContainsFunc(cases, func(c Case) bool { return c.Work == old.Work })
	})
	log.Printf("%s keeps %d results of other cases", path, len(r.Results))
	r.Processor = then(r.Processor, processor())
	return r, nil
}

// addEngine adds an engine that has run. Kept results may be of another version.
func (r *report) addEngine(name, version string) {
	if !slices.Contains(r.Engines, name) {
		r.Engines = append(r.Engines, name)
	}
	r.Versions[name] = then(r.Versions[name], version)
}

// then names what results were measured with, in the past and now.
func then(before, now string) string {
	if before == "" {
		return now
	}
	if before == now || strings.HasSuffix(before, ", then "+now) {
		return before
	}
	return before + ", then " + now
}

// write writes results.json, results.md and linear.png to the folder.
func (r *report) write(folder string) error {
	encoded, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	encoded = append(encoded, '\n')
	if err := os.WriteFile(filepath.Join(folder, "results.json"), encoded, 0o666); err != nil {
		return err
	}
	tables := []byte(r.tables())
	if err := os.WriteFile(filepath.Join(folder, "results.md"), tables, 0o666); err != nil {
		return err
	}
	return r.plot(filepath.Join(folder, "linear.png"))
}

// column is one of a result's series of numbers.
type column func(*Result) []float64

func values(r *Result) []float64 { return r.Values }

func peaks(r *Result) []float64 { return r.Peak }

// tables is results.md: a Markdown table for each kind of work and quantity.
func (r *report) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, `%s, %d cores. Each cell has the median over the rounds and, in brackets, the
range. The bold ratio is this package's value on XLA divided by the engine's, the median over the
rounds: below 1, this package is better.
`, r.Processor, r.Cores)
	for _, name := range r.enginesOf(func(Case) bool { return true }) {
		fmt.Fprintf(&text, "\n- %s: %s", name, r.Versions[name])
	}
	text.WriteString("\n")
	for _, table := range []struct {
		title string
		work  work
		of    column
	}{
		{"A training step, milliseconds", training, values},
		{"A sampling call (width 64), milliseconds", sampling, values},
		{"From the start of a process to 1,000 training steps, seconds", starting, values},
		{"Peak memory from the start to the trained model, MiB", starting, peaks},
		{"From the start of a process to ten training steps, seconds", beginning, values},
		{"From the start of a process to its first samples, seconds", memory, values},
		{"Peak memory from the start to the first samples, MiB", memory, peaks},
		{"A training step on codes of digits (residual MLP), milliseconds", codes, values},
		{"A training step on pixels of digits (patch transformer), milliseconds",
			transformer, values},
		{"Sampling codes of digits (residual MLP, width 256), milliseconds",
			sampledCodes, values},
		{"Sampling pixels of digits (patch transformer, width 64), milliseconds",
			sampledPixels, values},
		{"Generating digits, milliseconds", digits, values},
	} {
		fmt.Fprintf(&text, "\n## %s\n\n", table.title)
		r.writeTable(&text, table.work, table.of)
	}
	return text.String()
}

// writeTable writes a table with a line for each case and a column for each engine.
func (r *report) writeTable(text *strings.Builder, kind work, of column) {
	selected := func(c Case) bool { return c.Work == kind }
	engines := r.enginesOf(selected)
	fmt.Fprintf(text, "| | %s |\n", strings.Join(engines, " | "))
	fmt.Fprintf(text, "|---%s|\n", strings.Repeat("|---", len(engines)))
	for _, c := range r.casesOf(selected) {
		fmt.Fprintf(text, "| %s |", c)
		first := of(r.find(c, engines[0]))
		for k, name := range engines {
			found := r.find(c, name)
			if found == nil || len(of(found)) == 0 {
				text.WriteString(" |")
				continue
			}
			series := of(found)
			fmt.Fprintf(text, " %s [%s–%s]",
				short(median(series)), short(slices.Min(series)), short(slices.Max(series)))
			if k > 0 {
				ratios := make([]float64, len(series))
				for i, value := range series {
					ratios[i] = first[i] / value
				}
				fmt.Fprintf(text, " **%.2f×**", median(ratios))
			}
			text.WriteString(" |")
		}
		text.WriteString("\n")
	}
}

// short formats a value with three significant digits, or all digits before the point.
func short(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	}
	return fmt.Sprintf("%.2f", value)
}

// enginesOf lists the engines that have a result for one of the selected cases.
func (r *report) enginesOf(selected func(Case) bool) (names []string) {
	for _, name := range r.Engines {
		if slices.ContainsFunc(r.Results, func(result *Result) bool {
			return result.Engine == name && selected(result.Case)
		}) {
			names = append(names, name)
		}
	}
	return names
}

// casesOf lists the selected cases that have a result.
func (r *report) casesOf(selected func(Case) bool) (cases []Case) {
	for _, result := range r.Results {
		if selected(result.Case) && !slices.Contains(cases, result.Case) {
			cases = append(cases, result.Case)
		}
	}
	return cases
}

// find returns the engine's result for a case, or nil if there is none.
func (r *report) find(c Case, name string) *Result {
	for _, result := range r.Results {
		if result.Case == c && result.Engine == name {
			return result
		}
	}
	return nil
}

// processor is the model name of the machine's processor, or its architecture if Linux doesn't say.
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
