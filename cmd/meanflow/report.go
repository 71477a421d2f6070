package main

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/plotting"
)

// reporting are the options of report.
type reporting struct {
	steps        int
	seed         int64
	file, figure string
}

// maxReported is the largest number of generated rows that a report compares.
const maxReported = 10_000

func defineReport(flags *flag.FlagSet) func(c *console, path string) error {
	r := &reporting{}
	flags.IntVar(&r.steps, "steps", 1, "`number` of steps from noise to data")
	flags.Int64Var(&r.seed, "seed", 0, "`number` that determines the noise")
	flags.StringVar(&r.file, "file", "",
		"`file` with the table, if it has moved since the training")
	flags.StringVar(&r.figure, "figure", "",
		"`file` for a picture of rows and samples, .png or .svg")
	return r.run
}

func (r *reporting) run(c *console, folder string) error {
	if extension := filepath.Ext(r.figure); r.figure != "" && extension != ".png" &&
		extension != ".svg" {
		return fmt.Errorf("-figure is %s, it must end with .png or .svg", r.figure)
	}
	if r.steps < 1 {
		return fmt.Errorf("-steps is %d, it must be at least 1", r.steps)
	}
	from, err := loadSource(folder)
	if err != nil {
		return err
	}
	from.File = cmp.Or(r.file, from.File)
	m, schema, err := load(folder)
	if err != nil {
		return err
	}
	points, heldOut, err := from.read(c.stderr)
	if err != nil {
		return err
	}
	if points.Fingerprint() != from.Fingerprint {
		return fmt.Errorf("%s has changed since the training: a report on other rows would "+
			"not say whether the model copies rows; train again", from.File)
	}
	samples, refused, err := r.sample(m, schema, cmp.Or(heldOut, points), points.Len())
	if err != nil {
		return err
	}
	options := metrics.CompareOptions{Names: names(schema), Seed: r.seed}
	if heldOut != nil {
		options.HeldOut = without(rows(heldOut), refused)
	}
	if len(refused) > 0 {
		fmt.Fprintf(c.stderr, "Without %d held-out rows, whose conditions lie outside of what the "+
			"model has learned.\n", len(refused))
	}
	report, err := metrics.Compare(samples, rows(points), options)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, report)
	if r.figure == "" {
		return nil
	}
	return draw(c, report, rows(points), samples).Save(r.figure)
}

// sample generates rows, at most maxReported, with their conditions behind them. The conditions are
// those of the rows of points: if the model was not trained on these rows, the report shows whether
// it has learned more than the conditions that it saw. The indices of rows whose conditions the
// model refuses are refused.
func (r *reporting) sample(
	m *meanflow.Model, schema datasets.Schema, points *datasets.Points, n int,
) (samples [][]float64, refused map[int]bool, err error) {
	options := meanflow.SampleOptions{Times: meanflow.UniformGrid(r.steps)}
	n = min(n, maxReported)
	if points.Classes() == 0 && points.Values() == 0 {
		if samples, err = m.SampleWith(options, n, r.seed); err == nil {
			samples, err = schema.Round(samples)
		}
		return samples, nil, err
	}
	noise, refused := rand.New(rand.NewPCG(uint64(r.seed), 0)), map[int]bool{}
	var refusal error
	for k := 0; len(samples) < n && len(refused) < points.Len(); k++ {
		i := k % points.Len()
		if refused[i] {
			continue
		}
		options.Class, options.Values = points.ConditionsOf(i)
		row, err := m.SampleWith(options, 1, noise.Int64())
		if err != nil {
			refused[i], refusal = true, err
			continue
		}
		if row, err = schema.Round(row); err != nil {
			return nil, nil, err
		}
		samples = append(samples, withConditions(row[0], points, i))
	}
	if len(samples) == 0 {
		return nil, nil, refusal
	}
	return samples, refused, nil
}

// without returns rows without those that are refused, or nil if fewer than 4 are left, which a
// report needs.
func without(rows [][]float64, refused map[int]bool) (left [][]float64) {
	for i, row := range rows {
		if !refused[i] {
			left = append(left, row)
		}
	}
	if len(left) < 4 {
		return nil
	}
	return left
}

// rows returns the rows of points with their conditions behind them.
func rows(points *datasets.Points) [][]float64 {
	rows := points.Rows()
	for i := range rows {
		rows[i] = withConditions(rows[i], points, i)
	}
	return rows
}

// withConditions appends the condition values of point i to a row, and its class: 1 for its class
// and 0 for each other class.
func withConditions(row []float64, points *datasets.Points, i int) []float64 {
	class, values := points.ConditionsOf(i)
	row = append(row, values...)
	for k := range points.Classes() {
		is := 0.
		if class == k+1 {
			is = 1
		}
		row = append(row, is)
	}
	return row
}

// names returns the names of the numbers in rows.
func names(schema datasets.Schema) []string {
	names := append(schema.Names(), datasets.Schema{Columns: schema.Conditions}.Names()...)
	for _, class := range schema.Label.Classes {
		names = append(names, schema.Label.Name+"="+class)
	}
	return names
}

// The largest numbers of columns that a pair plot shows, and that histograms show.
const (
	maxPairs      = 8
	maxHistograms = 40
)

// draw returns a pair plot, or histograms if there are more columns than a pair plot shows: of the
// columns that differ most if there are too many of them, too.
func draw(
	c *console, report metrics.Report, data, samples [][]float64,
) plotting.Figure {
	columns := make([]int, len(report.Columns))
	for k := range columns {
		columns[k] = k
	}
	if len(columns) > maxHistograms {
		slices.SortStableFunc(columns, func(a, b int) int {
			return cmp.Compare(report.Columns[b].Relative, report.Columns[a].Relative)
		})
		fmt.Fprintf(c.stderr, "The figure has the %d of %d columns that differ most.\n",
			maxHistograms, len(columns))
		columns = columns[:maxHistograms]
	}
	var names []string
	for _, k := range columns {
		names = append(names, report.Columns[k].Name)
	}
	data, samples = choose(columns, data), choose(columns, samples)
	if len(columns) <= maxPairs {
		return plotting.PairPlot(names, data, samples)
	}
	return plotting.Histograms(names, data, samples)
}

// choose returns only some columns of rows.
func choose(columns []int, rows [][]float64) [][]float64 {
	chosen := make([][]float64, len(rows))
	for i, row := range rows {
		for _, k := range columns {
			chosen[i] = append(chosen[i], row[k])
		}
	}
	return chosen
}
