package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// report is the content of reach.json.
type report struct {
	Processor string       `json:"processor"`
	Cores     int          `json:"cores"`
	Works     []*condition `json:"works"`
	Trials    []*trial     `json:"trials"`
}

// condition is what the trials of a work have in common. If it changes, they are made anew.
type condition struct {
	Work  string   `json:"work"`
	Asked measures `json:"asked"`
	Data  string   `json:"data,omitempty"` // The fingerprint.
	Limit float64  `json:"limit"`          // Seconds after which contestants were stopped.
}

// readReport reads path.json. The report is empty if there is no such file.
func readReport(path string) (*report, error) {
	r := &report{Processor: processor(), Cores: runtime.NumCPU()}
	encoded, err := os.ReadFile(path + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(encoded, r); err != nil {
		return nil, fmt.Errorf("%s.json: %w", path, err)
	}
	return r, nil
}

// restart drops all trials if they come from another machine, whose seconds can't be compared with
// this one's, and reports whether there were any.
func (r *report) restart(processor string, cores int) bool {
	isOther := len(r.Trials) > 0 && (r.Processor != processor || r.Cores != cores)
	if isOther {
		r.Works, r.Trials = nil, nil
	}
	r.Processor, r.Cores = processor, cores
	return isOther
}

// keep keeps the trials of a work if they were made under the same conditions, and drops them
// otherwise.
func (r *report) keep(of work, learned data, limit time.Duration) {
	now := &condition{of.name(), of.asked(), learned.fingerprint, limit.Seconds()}
	k := slices.IndexFunc(r.Works, func(known *condition) bool { return known.Work == now.Work })
	if k < 0 {
		r.Works = append(r.Works, now)
		return
	}
	before := r.Works[k]
	if before.Data != now.Data || before.Limit != now.Limit ||
		!maps.Equal(before.Asked, now.Asked) {
		r.Trials = slices.DeleteFunc(r.Trials, func(t *trial) bool { return t.Work == now.Work })
	}
	r.Works[k] = now
}

// drop removes the trials of a contestant on a work.
func (r *report) drop(work, contestant string) {
	r.Trials = slices.DeleteFunc(r.Trials, func(t *trial) bool {
		return t.Work == work && t.Contestant == contestant
	})
}

// contest returns a contestant on a work, with the trials that the report has.
func (r *report) contest(of contestant, on work) *contest {
	c := &contest{contestant: of, work: on}
	for _, t := range r.Trials {
		if t.Work == on.name() && t.Contestant == of.name {
			c.trials = append(c.trials, t)
		}
	}
	return c
}

// contests lists the contestants of a work that have trials, in the order of the tables.
func (r *report) contests(of work) (all []*contest) {
	for _, c := range allContestants("") {
		if found := r.contest(c, of); len(found.trials) > 0 {
			all = append(all, found)
		}
	}
	return all
}

// write writes all trials to path.json, the tables to path.md, and the figure to path.png. An
// interruption leaves path.json as it was, or complete.
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

// encode returns the JSON of the report with a line for each trial.
func (r *report) encode() ([]byte, error) {
	var text bytes.Buffer
	fmt.Fprintf(&text, "{\n \"processor\": %q,\n \"cores\": %d,\n", r.Processor, r.Cores)
	if err := writeLines(&text, "works", r.Works, ","); err != nil {
		return nil, err
	}
	err := writeLines(&text, "trials", r.Trials, "\n}")
	return text.Bytes(), err
}

// writeLines writes a list with a line for each element, and what follows it.
func writeLines[T any](text *bytes.Buffer, name string, elements []T, end string) error {
	lines := make([]string, len(elements))
	for k, element := range elements {
		encoded, err := json.Marshal(element)
		if err != nil {
			return err
		}
		lines[k] = "\n  " + string(encoded)
	}
	_, err := fmt.Fprintf(text, " %q: [%s\n ]%s\n", name, strings.Join(lines, ","), end)
	return err
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
