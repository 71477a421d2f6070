package main

import (
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
	flags.StringVar(&r.figure, "figure", "", "`file` for a picture of rows and samples, .png or .svg")
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
	samples, err := r.sample(m, points)
	if err != nil {
		return err
	}
	if samples, err = schema.Round(samples); err != nil {
		return err
	}
	options := metrics.CompareOptions{Names: schema.Names(), Seed: r.seed}
	if heldOut != nil {
		options.HeldOut = heldOut.Rows()
	}
	report, err := metrics.Compare(samples, points.Rows(), options)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, report)
	table, err := schema.Table(samples, datasets.TableOptions{})
	if err != nil {
		return err
	}
	for _, outside := range table.Outside() {
		fmt.Fprintln(c.stdout, outside)
	}
	if r.figure == "" {
		return nil
	}
	return draw(options.Names, points.Rows(), samples).Save(r.figure)
}

// sample generates rows for the classes and conditions of the first rows of points.
func (r *reporting) sample(m *meanflow.Model, points *datasets.Points) ([][]float64, error) {
	options := meanflow.SampleOptions{Times: meanflow.UniformGrid(r.steps)}
	n := min(points.Len(), maxReported)
	if m.Classes() == 0 && m.Values() == 0 {
		return m.SampleWith(options, n, r.seed)
	}
	noise := rand.New(rand.NewPCG(uint64(r.seed), 0))
	var samples [][]float64
	for i := range n {
		options.Class, options.Values = points.ConditionsOf(i)
		row, err := m.SampleWith(options, 1, noise.Int64())
		if err != nil {
			return nil, err
		}
		samples = append(samples, row...)
	}
	return samples, nil
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
