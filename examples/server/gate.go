package main

import (
	"context"
	"runtime"

	"golang.org/x/sync/semaphore"
)

// gate bounds how many requests wait and how much they hold. Requests are served in their order.
type gate struct {
	places  *semaphore.Weighted // Requests that wait or are answered.
	numbers *semaphore.Weighted // Coordinates of answers that are computed or sent.
	cores   *semaphore.Weighted // Answers that are computed.
}

func newGate(l limits) *gate {
	return &gate{
		semaphore.NewWeighted(int64(l.requests)), semaphore.NewWeighted(int64(l.numbers)),
		semaphore.NewWeighted(int64(runtime.GOMAXPROCS(0))),
	}
}

// enter waits until an answer of the given numbers may be held in memory, until leave is called. If
// too many requests wait, the error is errBusy, at once.
func (g *gate) enter(ctx context.Context, numbers int) (leave func(), err error) {
	if !g.places.TryAcquire(1) {
		return nil, errBusy
	}
	if err := g.numbers.Acquire(ctx, int64(numbers)); err != nil {
		g.places.Release(1)
		return nil, err
	}
	return func() {
		g.numbers.Release(int64(numbers))
		g.places.Release(1)
	}, nil
}

// compute calls a function when a core is free.
func (g *gate) compute(ctx context.Context, f func() error) error {
	if err := g.cores.Acquire(ctx, 1); err != nil {
		return err
	}
	defer g.cores.Release(1)
	return f()
}
