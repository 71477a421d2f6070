package main

import (
	"cmp"
	"flag"
	"fmt"
	"math/rand/v2"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/metrics"
	"github.com/meanflow-go/meanflow/plotting"
)

// reporting are the options of report.
type reporting struct {
	steps  int
	seed   int64
	figure string
}

// maxReported is the largest number of generated rows that a report compares.
const maxReported = 10_000

func defineReport(flags *flag.FlagSet) func(c *console, path string) error {
	r := &reporting{}
	flags.IntVar(&r.steps, "steps", 1, "`number` of steps from noise to data")
	flags.Int64Var(&r.seed, "seed", 0, "`number` that determines the noise")
	flags.StringVar(&r.figure, "figure", "",
		"`file` for a picture of rows and samples, .png or .svg")
	return r.run
}

func (r *reporting) run(c *console, folder string) error {
	from, err := loadSource(folder)
	if err != nil {
		return err
	}
	m, schema, err := load(folder)
	if err != nil {
		return err
	}
	points, heldOut, err := from.read(c.stderr)
	if err != nil {
		return err
	}
	samples, err := r.sample(m, schema, cmp.Or(heldOut, points), points.Len())
	if err != nil {
		return err
	}
	options := metrics.CompareOptions{Names: names(schema), Seed: r.seed}
	if heldOut != nil {
		options.HeldOut = rows(heldOut)
	}
	report, err := metrics.Compare(samples, rows(points), options)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, report)
	if r.figure == "" {
		return nil
	}
	return draw(options.Names, rows(points), samples).Save(r.figure)
}

// sample generates rows, at most maxReported, with their conditions behind them. The conditions are
// those of the rows of points: if the model was not trained on these rows, the report shows whether
// it has learned more than the conditions that it saw.
func (r *reporting) sample(
	m *meanflow.Model, schema datasets.Schema, points *datasets.Points, n int,
) ([][]float64, error) {
	options := meanflow.SampleOptions{Times: meanflow.UniformGrid(r.steps)}
	n = min(n, maxReported)
	if points.Classes() == 0 && points.Values() == 0 {
		samples, err := m.SampleWith(options, n, r.seed)
		if err != nil {
			return nil, err
		}
		return schema.Round(samples)
	}
	noise := rand.New(rand.NewPCG(uint64(r.seed), 0))
	samples := make([][]float64, n)
	for i := range samples {
		options.Class, options.Values = points.ConditionsOf(i % points.Len())
		row, err := m.SampleWith(options, 1, noise.Int64())
		if err != nil {
			return nil, err
		}
		if row, err = schema.Round(row); err != nil {
			return nil, err
		}
		samples[i] = withConditions(row[0], points, i%points.Len())
	}
	return samples, nil
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

// maxPairs is the largest number of columns that a pair plot shows.
const maxPairs = 8

// draw returns a pair plot, or histograms if there are more columns than a pair plot shows.
func draw(names []string, data, samples [][]float64) plotting.Figure {
	if len(names) <= maxPairs {
		return plotting.PairPlot(names, data, samples)
	}
	return plotting.Histograms(names, data, samples)
}
