package main

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// sampling are the options of sample.
type sampling struct {
	rows, steps int
	seed        int64
	given       map[string]any
	guidance    float64
	clip        bool
	out         string
}

func defineSample(flags *flag.FlagSet) func(c *console, path string) error {
	s := &sampling{}
	flags.IntVar(&s.rows, "rows", 1000, "`number` of rows to generate")
	flags.IntVar(&s.steps, "steps", 1, "`number` of steps from noise to data")
	flags.Int64Var(&s.seed, "seed", 0, "`number` that determines the noise")
	flags.Func("given", "`name=value` of the label or a condition that the rows are generated "+
		"for; repeat it for each", func(text string) error {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return errors.New("it must be name=value")
		}
		if s.given == nil {
			s.given = map[string]any{}
		}
		if _, twice := s.given[name]; twice {
			return fmt.Errorf("%s is given twice", name)
		}
		s.given[name] = value
		return nil
	})
	flags.Float64Var(&s.guidance, "guidance", 0, "`scale` of the guidance to what is given, if "+
		"the model was trained with -max-guidance (default: the smallest)")
	flags.BoolVar(&s.clip, "clip", false, "move numbers outside the data's range to its ends")
	flags.StringVar(&s.out, "out", "", "`file` for the rows, .csv or .npy (default: CSV to "+
		"standard output)")
	return s.run
}

func (s *sampling) run(c *console, path string) error {
	if extension := filepath.Ext(s.out); s.out != "" && extension != ".csv" && extension != ".npy" {
		return fmt.Errorf("-out is %s, it must end with .csv or .npy", s.out)
	}
	if s.steps < 1 {
		return fmt.Errorf("-steps is %d, it must be at least 1", s.steps)
	}
	if s.guidance != 0 && s.given == nil {
		return fmt.Errorf("-guidance is %v without a -given to guide to: set it, too", s.guidance)
	}
	m, schema, err := load(path)
	if err != nil {
		return err
	}
	options := meanflow.SampleOptions{
		Times: meanflow.UniformGrid(s.steps), Guidance: s.guidance,
	}
	if names := schema.ConditionNames(); s.given == nil && len(names) > 0 {
		fmt.Fprintf(c.stderr,
			"Rows for any %[1]s, without the column: set -given %[2]s=… to choose.\n",
			strings.Join(names, " and "), strings.Join(names, "=… -given "))
	}
	if s.given != nil {
		if options.Class, options.Values, err = schema.Given(s.given); err != nil {
			return err
		}
	}
	points, err := m.SampleWith(options, s.rows, s.seed)
	if err != nil {
		return err
	}
	table, err := schema.Table(points, datasets.TableOptions{Clip: s.clip, Given: s.given})
	if err != nil {
		return err
	}
	s.describe(c, table.Outside())
	return s.write(c, table)
}

// maxOutside is the number of columns that sample names if their numbers are outside the range of
// the data.
const maxOutside = 5

// describe prints the columns with numbers outside the data's range, the worst first.
func (s *sampling) describe(c *console, outside []datasets.Outside) {
	slices.SortStableFunc(outside, func(a, b datasets.Outside) int {
		return cmp.Compare(b.Count, a.Count)
	})
	for k, column := range outside {
		if k == maxOutside {
			fmt.Fprintf(c.stderr, "%d more columns have rows outside their range\n", len(outside)-k)
			break
		}
		fmt.Fprintln(c.stderr, column)
	}
	switch {
	case len(outside) == 0:
	case s.clip:
		fmt.Fprintln(c.stderr, "They were moved to the ends of the range.")
	case outside[0].Count*20 > outside[0].Samples:
		fmt.Fprintln(c.stderr, "-clip moves them to the ends of the range; a model trained with "+
			"-quantiles has none.")
	}
}

// write writes the table to the file, or to standard output if there is none.
func (s *sampling) write(c *console, table *datasets.Table) error {
	if s.out == "" {
		return table.WriteCSV(c.stdout)
	}
	var content bytes.Buffer // So that an error leaves the file as it was.
	write := map[string]func(io.Writer) error{".csv": table.WriteCSV, ".npy": table.WriteNPY}
	if err := write[filepath.Ext(s.out)](&content); err != nil {
		return err
	}
	return os.WriteFile(s.out, content.Bytes(), 0o666)
}
