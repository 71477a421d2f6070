package main

import (
	"flag"
	"fmt"
	"time"
)

// limits bound what a request may ask for, and what all of them together may hold.
type limits struct {
	points      int           // Points in an answer.
	steps       int           // Steps from noise to data.
	evaluations int           // Points times steps.
	numbers     int           // Coordinates in memory, of all requests together.
	requests    int           // Requests that wait or are answered.
	body        int           // Bytes of a request's body.
	compute     time.Duration // From a request to the beginning of its answer.
	client      time.Duration // For a client to send a request, and to take an answer.
}

var defaultLimits = limits{
	points: 100_000, steps: 1_000, evaluations: 1_000_000, numbers: 2_000_000, requests: 512,
	body: 64 << 10, compute: 30 * time.Second, client: 20 * time.Second,
}

// define defines an option for each limit.
func (l *limits) define(flags *flag.FlagSet) {
	for _, limit := range l.counts() {
		flags.IntVar(limit.value, limit.name, *limit.value, limit.help)
	}
	for _, limit := range l.durations() {
		flags.DurationVar(limit.value, limit.name, *limit.value, limit.help)
	}
}

// check returns an error that names a limit that lets nothing through.
func (l *limits) check() error {
	for _, limit := range l.counts() {
		if *limit.value < 1 {
			return fmt.Errorf("-%s is %d, it must be at least 1", limit.name, *limit.value)
		}
	}
	for _, limit := range l.durations() {
		if *limit.value <= 0 {
			return fmt.Errorf("-%s is %v, it must be above 0", limit.name, *limit.value)
		}
	}
	return nil
}

// option is the option that sets a limit.
type option[T any] struct {
	value      *T
	name, help string
}

func (l *limits) counts() []option[int] {
	return []option[int]{
		{&l.points, "max-points", "most `points` in an answer"},
		{&l.steps, "max-steps", "most `steps` from noise to data"},
		{&l.evaluations, "max-evaluations", "most evaluations of the network for an answer, " +
			"`points times steps`"},
		{&l.numbers, "max-numbers", "most `numbers` of all answers together that are held in " +
			"memory, about 100 bytes each; other requests wait"},
		{&l.requests, "max-requests", "most `requests` that wait or are answered; others get 503"},
		{&l.body, "max-body", "most `bytes` of a request's body"},
	}
}

func (l *limits) durations() []option[time.Duration] {
	return []option[time.Duration]{
		{&l.compute, "time-limit", "longest `duration` of waiting and computing for an answer"},
		{&l.client, "client-time-limit", "longest `duration` for a client to send a request, and " +
			"again to take the answer"},
	}
}

// connection returns how long a request may keep a connection.
func (l *limits) connection() time.Duration { return l.client + l.compute + l.client }
