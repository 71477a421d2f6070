package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// training are the options of train.
type training struct {
	source
	folder                string
	steps                 int
	guidance, maxGuidance float64
	resume                bool
}

// epochSteps is the number of steps of an epoch: the progress has a loss for each.
const epochSteps = 100

func defineTrain(flags *flag.FlagSet) func(c *console, path string) error {
	t := &training{}
	flags.StringVar(&t.folder, "out", "", "`folder` for the model (default: penguins-model for "+
		"penguins.csv)")
	flags.IntVar(&t.steps, "steps", 3000, "`number` of training steps, a multiple of 100")
	flags.Float64Var(&t.guidance, "guidance", 1, "`scale` of classifier-free guidance, from 1 on, "+
		"if there are classes or conditions")
	flags.Float64Var(&t.maxGuidance, "max-guidance", 0, "largest `scale` that sample -guidance "+
		"can choose, above -guidance (default: the scale is fixed)")
	flags.Int64Var(&t.Seed, "seed", 0, "`number` that determines everything random")
	flags.BoolVar(&t.resume, "resume", false, "go on where a training in the folder stopped")
	t.defineReading(flags)
	return t.run
}

func (t *training) run(c *console, path string) (err error) {
	if t.steps < epochSteps || t.steps%epochSteps != 0 {
		return fmt.Errorf("-steps is %d, it must be a multiple of %d", t.steps, epochSteps)
	}
	if t.File, err = filepath.Abs(path); err != nil {
		return err
	}
	if t.folder == "" {
		base := strings.TrimSuffix(filepath.Base(path), ".gz")
		t.folder = strings.TrimSuffix(base, filepath.Ext(base)) + "-model"
	}
	points, heldOut, err := t.read(c.stderr)
	if err != nil {
		return err
	}
	c.describe(path, points, heldOut)
	if t.maxGuidance != 0 && points.Classes()+points.Values() == 0 {
		return fmt.Errorf("-max-guidance is %v, but there is nothing to guide to: set -label or "+
			"-conditions", t.maxGuidance)
	}
	if err := os.MkdirAll(t.folder, 0o777); err != nil {
		return err
	}
	t.Fingerprint = points.Fingerprint()
	// Before the training, so that there are reports on one that is interrupted.
	if _, err := os.Stat(filepath.Join(t.folder, sourceFile)); errors.Is(err, fs.ErrNotExist) {
		if err := t.save(t.folder); err != nil {
			return err
		}
	}
	config := meanflow.Recommended(points)
	if config.Guidance != 0 {
		config.Guidance, config.MaxGuidance = t.guidance, t.maxGuidance
	}
	config.Epochs, config.BatchesPerEpoch = t.steps/epochSteps, epochSteps
	config.Seed = t.Seed
	config.CheckpointDir, config.Resume = t.folder, t.resume
	config.CheckpointEvery, config.MaxCheckpoints = 5, 2
	config.ProgressWriter = c.stdout
	if _, err := meanflow.Train(c.ctx, config); err != nil {
		if interrupted := new(meanflow.InterruptedError); errors.As(err, &interrupted) {
			return fmt.Errorf("%w\nThe same command with -resume goes on", err)
		}
		return err
	}
	if err := t.save(t.folder); err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "The model is in %s.\n"+
		"    meanflow sample %s > samples.csv    # new rows\n"+
		"    meanflow report %s                  # how good they are\n",
		t.folder, inShell(t.folder), inShell(t.folder))
	return nil
}

// inShell returns a path as it must be typed in a shell, in quotes if it has a space or a character
// with a meaning there.
func inShell(path string) string {
	if !strings.ContainsAny(path, " \t\n'\"\\$`!*?[]{}()<>|&;#~") {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// describe prints how a file was understood.
func (c *console) describe(path string, points, heldOut *datasets.Points) {
	fmt.Fprintf(c.stdout, "%s: %v\n", path, points.Format())
	fmt.Fprintf(c.stdout, "%d rows", points.Len())
	if heldOut != nil {
		fmt.Fprintf(c.stdout, " to learn, %d held out for the report", heldOut.Len())
	}
	fmt.Fprintf(c.stdout, "\n%s\n", indent(points.Schema().String()))
}

// indent puts spaces before each line.
func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
