package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// batches is the number of steps between two readings of the clock: an epoch of the tutorial's.
const batches = 10

// work answers each case on in with the milliseconds of a step of this package's, as the peers do.
func work(in io.Reader, out io.Writer) error {
	cases, answers := json.NewDecoder(in), json.NewEncoder(out)
	for {
		var c Case
		if err := cases.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		milliseconds, err := train(c)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer{milliseconds}); err != nil {
			return err
		}
	}
}

// train trains for as long as the case says. Its first epoch, with the compilation, does not count.
func train(c Case) (milliseconds float64, err error) {
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
