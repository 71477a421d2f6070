package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/network"
)

// batchesPerEpoch is the tutorial's. The clock is read after each epoch.
const batchesPerEpoch = 10

// answerCases writes the version, then measures this package on each case from in and writes its
// value to out, until in ends.
func answerCases(in io.Reader, out io.Writer, devices int) error {
	requests, answers := json.NewDecoder(in), json.NewEncoder(out)
	if err := answers.Encode(answer{Version: version()}); err != nil {
		return err
	}
	for {
		var c Case
		if err := requests.Decode(&c); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		value, err := measureHere(c, devices)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer{Value: value}); err != nil {
			return err
		}
	}
}

// measureHere runs a case in this process and returns its value in the case's unit, or 0 for a case
// that the parent process times. A worker has nothing to save, so signals end it at once: it trains
// without a context of its own.
func measureHere(c Case, devices int) (value float64, err error) {
	switch c.Work {
	case training, codes, transformer:
		return train(c, devices)
	case sampling, sampledCodes, sampledPixels, digits:
		return sample(c)
	case starting, beginning:
		config := meanflow.Config{
			Data: datasets.Checkerboard{}, Network: network.MLP{Width: c.Width}, BatchSize: c.Batch,
		}
		if c.Work == beginning {
			config.Epochs, config.BatchesPerEpoch = 1, batchesPerEpoch
		}
		_, err = meanflow.Train(context.Background(), config)
		return 0, err
	case memory:
		m, err := newUntrained(c)
		if err != nil {
			return 0, err
		}
		all := make([]float32, 0, c.Points*m.Dim()) // As JAX returns them.
		for points, err := range m.Stream(c.Points, c.Steps, 0) {
			if err != nil {
				return 0, err
			}
			all = append(all, points...)
		}
		return 0, nil
	}
	return 0, fmt.Errorf("unknown work %q", c.Work)
}

// train trains for c.Seconds and returns the milliseconds of a step. The first epoch, which
// includes the compilation, doesn't count.
func train(c Case, devices int) (milliseconds float64, err error) {
	config, err := configOf(c)
	if err != nil {
		return 0, err
	}
	timer := epochTimer{limit: time.Duration(c.Seconds * float64(time.Second))}
	config.BatchSize, config.BatchesPerEpoch, config.Epochs = c.Batch, batchesPerEpoch, 1_000_000
	config.OnEpoch = func(*meanflow.Model) error { return timer.tick() }
	config.Devices = devices
	_, err = meanflow.Train(context.Background(), config)
	if !errors.Is(err, errTimeUp) {
		return 0, err
	}
	return timer.perEpoch().Seconds() * 1000 / batchesPerEpoch, nil
}

// configOf returns the configuration of a case's training, without its length.
func configOf(c Case) (meanflow.Config, error) {
	k := slices.IndexFunc(objectives, func(objective meanflow.Objective) bool {
		return objective.Name() == c.Objective
	})
	if k < 0 {
		return meanflow.Config{}, fmt.Errorf("unknown objective %q", c.Objective)
	}
	if isOfDigits(c) {
		return configOfDigits(c)
	}
	return meanflow.Config{
		Data:      datasets.Checkerboard{},
		Objective: objectives[k],
		Network:   network.MLP{Width: c.Width},
	}, nil
}

// errTimeUp ends a training that has been measured for long enough.
var errTimeUp = errors.New("the training has been measured")

// epochTimer measures the time from the end of the first epoch to the end of the last.
type epochTimer struct {
	limit       time.Duration
	first, last time.Time // The ends of the first epoch and of the latest one.
	epochs      int
}

// tick counts an epoch. It returns errTimeUp when the limit is reached after at least two epochs.
func (t *epochTimer) tick() error {
	t.last = time.Now()
	if t.epochs++; t.epochs == 1 {
		t.first = t.last
		return nil
	}
	if t.last.Sub(t.first) >= t.limit {
		return errTimeUp
	}
	return nil
}

func (t *epochTimer) perEpoch() time.Duration {
	return t.last.Sub(t.first) / time.Duration(t.epochs-1)
}

// sampler generates n points in a number of steps.
type sampler func(n, steps int, seed int64) ([][]float64, error)

// samplers are those of each kind of work, all of whose cases have the same width.
var samplers = map[work]sampler{}

// newSampler makes a sampler with a model that isn't trained.
func newSampler(c Case) (sampler, error) {
	if isOfDigits(c) {
		return newDigitSampler(c)
	}
	m, err := newUntrained(c)
	if err != nil {
		return nil, err
	}
	return m.Sample, nil
}

// sample samples for c.Seconds and returns the milliseconds of a call. The first call, which
// includes the compilation, doesn't count.
func sample(c Case) (milliseconds float64, err error) {
	if samplers[c.Work] == nil {
		if samplers[c.Work], err = newSampler(c); err != nil {
			return 0, err
		}
	}
	var calls int
	var start time.Time
	for calls = -1; calls < 1 || time.Since(start).Seconds() < c.Seconds; calls++ {
		if calls == 0 {
			start = time.Now()
		}
		if _, err := samplers[c.Work](c.Points, c.Steps, int64(calls)); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds() * 1000 / float64(calls), nil
}

// newUntrained makes a model with initial weights, as the peers do: the weights don't change how
// long sampling takes.
func newUntrained(c Case) (*meanflow.Model, error) {
	return meanflow.Train(context.Background(), meanflow.Config{
		Data: datasets.Checkerboard{}, Network: network.MLP{Width: c.Width}, Epochs: meanflow.None,
	})
}

// version lists the versions of Go and of the modules that do the computing.
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
