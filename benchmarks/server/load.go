package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// load is how a server is asked.
type load struct {
	n       int // Points of a request.
	clients int // They ask at the same time, each one request after the other.
}

// loads are the columns of the table.
var loads = []load{{1, 1}, {1_000, 1}, {10_000, 1}, {1, 8}, {1_000, 8}}

// client keeps a connection for each of the clients.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// ask asks a server for the given duration. It returns how long each answer took.
func (l load) ask(url string, duration time.Duration) ([]time.Duration, error) {
	var (
		group sync.WaitGroup
		mutex sync.Mutex
		all   []time.Duration
		errs  []error
	)
	end := time.Now().Add(duration)
	for worker := range l.clients {
		group.Go(func() {
			var times []time.Duration
			var err error
			for seed := worker * 1_000_000; err == nil && time.Now().Before(end); seed++ {
				start := time.Now()
				err = get(fmt.Sprintf("%s/samples?format=json&n=%d&seed=%d", url, l.n, seed))
				times = append(times, time.Since(start))
			}
			mutex.Lock()
			defer mutex.Unlock()
			all, errs = append(all, times...), append(errs, err)
		})
	}
	group.Wait()
	return all, errors.Join(errs...)
}

// get reads an answer to its end.
func get(url string) error {
	answer, err := client.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, answer.Status)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}

// quantile returns the time that a share q of the answers took at most, in milliseconds.
func quantile(times []time.Duration, q float64) float64 {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[int(q*float64(len(sorted)-1))].Seconds() * 1e3
}
