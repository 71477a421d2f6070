package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// options are the flags, parsed.
type options struct {
	path        string // Of the report, without its extension.
	data        string // The folder of the data.
	works       []work
	contestants []contestant
	limit       time.Duration
	again       bool
}

// choose sets the works and the contestants by their names, which the flags give.
func (o *options) choose(works, contestants, python string) (err error) {
	if o.works, err = chosen("-works", works, ",", allWorks, work.name); err != nil {
		return err
	}
	o.contestants, err = chosen("-contestants", contestants, ";", allContestants(python),
		func(c contestant) string { return c.name })
	return err
}

// chosen returns the elements of all with names between separators, in the order of all; all of
// them if names is empty.
func chosen[T any](
	flag, names, separator string, all []T, nameOf func(T) string,
) (found []T, err error) {
	if names == "" {
		return all, nil
	}
	wanted := strings.Split(names, separator)
	var known []string
	for _, element := range all {
		known = append(known, nameOf(element))
		if slices.Contains(wanted, nameOf(element)) {
			found = append(found, element)
		}
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%s: %.40q is not one of %s", flag, name,
				strings.Join(known, separator+" "))
		}
	}
	return found, nil
}

// run makes the trials that the report lacks, work by work. It writes the report after each
// training. If a contestant fails, the others go on, and run returns the errors at the end.
func run(ctx context.Context, given options) error {
	if err := os.MkdirAll(given.data, 0o777); err != nil {
		return err
	}
	all, err := readReport(given.path)
	if err != nil {
		return err
	}
	earlier := all.Processor
	if all.restart(processor(), runtime.NumCPU()) {
		log.Printf("%s.json is of another machine (%s), so its trials are made anew",
			given.path, earlier)
	}
	var failures []error
	for _, of := range given.works {
		begin := time.Now()
		err := given.learn(ctx, all, of)
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted; %s.json keeps the results so far, and the same "+
				"command goes on", given.path)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", of.name(), err))
		}
		log.Printf("%s took %s", of.name(), time.Since(begin).Round(time.Second))
	}
	return errors.Join(append(failures, all.write(given.path))...)
}

// learn makes the trials of a work. The contestants take turns of a training each.
func (o options) learn(ctx context.Context, all *report, of work) error {
	learned, err := of.open(ctx, o.data)
	if err != nil {
		return err
	}
	all.keep(of, learned, o.limit)
	var playing []*contest
	for _, c := range o.contestants {
		if c.takes == nil || c.takes(of) {
			if o.again {
				all.drop(of.name(), c.name)
			}
			playing = append(playing, all.contest(c, of))
		}
	}
	var failures []error
	for len(playing) > 0 {
		playing = slices.DeleteFunc(playing, func(c *contest) bool {
			goesOn, err := o.play(ctx, all, c, learned)
			if err != nil {
				failures = append(failures, fmt.Errorf("%s: %w", c.contestant.name, err))
			}
			return !goesOn
		})
	}
	return errors.Join(failures...)
}

// play makes the trials of a contestant's next training, and reports whether there was one.
func (o options) play(
	ctx context.Context, all *report, c *contest, learned data,
) (goesOn bool, err error) {
	seed, steps, ok := c.next()
	if !ok {
		return false, nil
	}
	trials, err := o.train(ctx, c, learned, seed, steps)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, err
	}
	c.trials = append(c.trials, trials...)
	all.Trials = append(all.Trials, trials...)
	return true, all.write(o.path)
}

// train runs a process and measures its samples while it waits: those of the given number of steps
// or, without a schedule, of that number and its doubles until the quality is reached.
func (o options) train(
	ctx context.Context, c *contest, learned data, seed int64, steps int,
) (trials []*trial, err error) {
	out := filepath.Join(o.data, "samples.npy")
	p, err := c.contestant.start(ctx, job{
		Recipe: c.contestant.recipe, Data: learned.path, Dim: learned.dim,
		Classes: learned.classes, Samples: learned.samples, Out: out, Seed: seed, Steps: steps,
	}, o.limit)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	for ; ; steps *= 2 {
		made := &trial{
			Work: c.work.name(), Contestant: c.contestant.name, Seed: seed, Steps: steps,
		}
		made.Seconds, err = p.train(steps)
		switch {
		case errors.Is(err, errTimeUp):
			log.Printf("%s, %s, seed %d, %d steps: stopped after %v", made.Work, made.Contestant,
				seed, steps, o.limit)
			return append(trials, made), nil
		case err != nil:
			return nil, err
		}
		samples, err := readRows(out)
		if err != nil {
			return nil, err
		}
		if made.Measures, err = c.work.measure(samples); err != nil {
			return nil, err
		}
		log.Printf("%s, %s, seed %d, %d steps: %.1f s, %s", made.Work, made.Contestant, seed, steps,
			made.Seconds, cell(c.work, made.Measures))
		trials = append(trials, made)
		if c.contestant.hasSchedule() || made.reaches(c.work.asked()) {
			return trials, nil
		}
	}
}
