package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// batches is the number of steps between two readings of the clock: an epoch of the tutorial's.
const batches = 10

// answerCases answers each case on in with what this package needs for it, as the peers do.
func answerCases(in io.Reader, out io.Writer, devices int) error {
	cases, answers := json.NewDecoder(in), json.NewEncoder(out)
	if err := answers.Encode(answer{Version: version()}); err != nil {
		return err
	}
	for {
		var c Case
		if err := cases.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		value, err := do(c, devices)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer{Value: value}); err != nil {
			return err
		}
	}
}

func do(c Case, devices int) (value float64, err error) {
	switch c.Work {
	case training:
		return train(c, devices)
	case sampling:
		return sample(c)
	case starting:
		_, err = meanflow.Train(context.Background(), meanflow.Config{Data: datasets.Checkerboard{}, MLP: meanflow.MLP{Width: c.Width}, BatchSize: c.Batch, Progress: io.Discard})
		return 0, err
	case memory:
		model, err := untrained(c)
		if err != nil {
			return 0, err
		}
		_, err = model.Sample(c.Points, c.Steps, 0)
		return 0, err
	}
	return 0, fmt.Errorf("the work is %q", c.Work)
}

// train trains for as long as the case says and returns the milliseconds of a step. The first epoch, with the
// compilation, does not count.
func train(c Case, devices int) (milliseconds float64, err error) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	clock := clock{enough: time.Duration(c.Seconds * float64(time.Second)), stop: stop}
	var objective meanflow.Objective = meanflow.MeanFlow{}
	if c.Objective == (meanflow.FlowMatching{}).Name() {
		objective = meanflow.FlowMatching{}
	}
	_, err = meanflow.Train(ctx, meanflow.Config{
		Data:            datasets.Checkerboard{},
		Objective:       objective,
		MLP:             meanflow.MLP{Width: c.Width},
		BatchSize:       c.Batch,
		BatchesPerEpoch: batches,
		Epochs:          1_000_000,
		Progress:        &clock,
		Devices:         devices,
	})
	if !errors.Is(err, context.Canceled) {
		return 0, err
	}
	measured := clock.last.Sub(clock.first)
	return measured.Seconds() * 1000 / float64((clock.epochs-1)*batches), nil
}

// clock is written to after each epoch, and stops the training when it has seen enough.
type clock struct {
	enough      time.Duration
	stop        func()
	first, last time.Time
	epochs      int
}

func (c *clock) Write(line []byte) (int, error) {
	c.last = time.Now()
	if c.epochs++; c.epochs == 1 {
		c.first = c.last
	}
	if c.epochs > 1 && c.last.Sub(c.first) >= c.enough {
		c.stop()
	}
	return len(line), nil
}

// sampled is the model that is sampled from, kept from one case to the next.
var sampled *meanflow.Model

// sample samples for as long as the case says and returns the milliseconds of a call. The first one, with the
// compilation, does not count.
func sample(c Case) (milliseconds float64, err error) {
	if sampled == nil {
		if sampled, err = untrained(c); err != nil {
			return 0, err
		}
	}
	var calls int
	var start time.Time
	for calls = -1; calls < 1 || time.Since(start).Seconds() < c.Seconds; calls++ {
		if calls == 0 {
			start = time.Now()
		}
		if _, err := sampled.Sample(c.Points, c.Steps, int64(calls)); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() * 1000 / float64(calls), nil
}

// untrained is a model after a single small step: how long it takes to sample does not depend on the weights.
func untrained(c Case) (*meanflow.Model, error) {
	return meanflow.Train(context.Background(), meanflow.Config{
		Data: datasets.Checkerboard{}, MLP: meanflow.MLP{Width: c.Width},
		Epochs: 1, BatchesPerEpoch: 1, BatchSize: 1, Progress: io.Discard,
	})
}

// version names what this program is made of.
func version() string {
	text := runtime.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			switch module.Path {
			case "github.com/gomlx/gomlx", "github.com/gomlx/compute", "github.com/gomlx/go-xla":
				text += ", " + module.Path + " " + module.Version
			}
		}
	}
	return text
}
