package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// blocking is a model of the plane whose answers wait until release is closed, or until a step
// ends with an error.
type blocking struct {
	started chan struct{} // Has an element for each call.
	release chan struct{}
}

func newBlocking() *blocking {
	return &blocking{make(chan struct{}, 1000), make(chan struct{})}
}

func (b *blocking) SampleWith(o meanflow.SampleOptions, n int, _ int64) ([][]float64, error) {
	b.started <- struct{}{}
	for isWaiting := true; isWaiting; {
		select {
		case <-b.release:
			isWaiting = false
		case <-time.After(time.Millisecond):
			if o.OnStep == nil {
				continue
			}
			if err := o.OnStep(0.5, nil); err != nil {
				return nil, fmt.Errorf("a step: %w", err)
			}
		}
	}
	points := make([][]float64, n)
	for i := range points {
		points[i] = []float64{float64(i), 0.1}
	}
	return points, nil
}

// blocked returns a server of a model that blocks once it is warm.
func blocked(t *testing.T, l limits) (*blocking, *server, string) {
	t.Helper()
	model := newBlocking()
	close(model.release)
	g := &generator{model: model, schema: datasets.Schema{Columns: unnamed("x", 2, 1)}}
	s, address := serverOf(t, g, l)
	model.started, model.release = make(chan struct{}, 1000), make(chan struct{})
	return model, s, address
}

// TestBusy fills all places: the next request is refused at once, and the others are answered.
func TestBusy(t *testing.T) {
	l := defaultLimits
	l.requests = 3
	model, s, address := blocked(t, l)
	answers := make(chan answer)
	for range 3 {
		go func() { answers <- get(t, address, "n=2") }()
	}
	waitFor(t, "three requests", func() bool {
		isFree := s.gate.places.TryAcquire(1)
		if isFree {
			s.gate.places.Release(1)
		}
		return !isFree
	})
	busy := get(t, address, "n=2")
	check(t, "a fourth request", busy, 503, "too many requests wait: try again later")
	if busy.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q, want 1", busy.header.Get("Retry-After"))
	}
	close(model.release)
	for range 3 {
		if a := <-answers; a.status != 200 {
			t.Errorf("a request that waited is %d: %s", a.status, a.content)
		}
	}
	if a := get(t, address, "n=2"); a.status != 200 {
		t.Errorf("afterwards a request is %d: %s", a.status, a.content)
	}
}

// waitFor waits until a condition is true.
func waitFor(t *testing.T, name string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waiting for %s: ten seconds are over", name)
		}
	}
}

// TestNumbers has room for the numbers of one answer: the other requests wait for it.
func TestNumbers(t *testing.T) {
	l := defaultLimits
	l.numbers = 20
	model, _, address := blocked(t, l)
	answers := make(chan answer)
	for range 4 {
		go func() { answers <- get(t, address, "n=10") }()
	}
	<-model.started
	time.Sleep(20 * time.Millisecond)
	if others := len(model.started); others != 0 {
		t.Errorf("%d other answers are computed", others)
	}
	close(model.release)
	for range 4 {
		if a := <-answers; a.status != 200 {
			t.Errorf("an answer is %d: %s", a.status, a.content)
		}
	}
}

// TestTimeLimit asks for steps that take too long, and for points whose turn does not come.
func TestTimeLimit(t *testing.T) {
	l := defaultLimits
	l.compute, l.numbers = 50*time.Millisecond, 20
	_, s, address := blocked(t, l)
	check(t, "steps", get(t, address, "n=10&steps=2"), 503, "there was no answer within 50ms")
	if !s.gate.numbers.TryAcquire(20) {
		t.Fatal("the numbers of the answer were not released")
	}
	a := get(t, address, "n=1")
	check(t, "waiting", a, 503, "ask for fewer points or steps, or try again later")
	if a.header.Get("Retry-After") == "" {
		t.Error("the answer has no Retry-After")
	}
}

// TestClientGone leaves while the answer is computed: the computation ends after its step.
func TestClientGone(t *testing.T) {
	model, s, address := blocked(t, defaultLimits)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-model.started
		cancel()
	}()
	request := must(http.NewRequestWithContext(ctx, "GET", address+"/samples?steps=2", nil))(t)
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
		t.Error("there is an answer")
	}
	waitFor(t, "the end of the computation", func() bool {
		return s.gate.numbers.TryAcquire(int64(defaultLimits.numbers))
	})
}

// TestTwoHundred sends 200 requests at once with the limits that are the default.
func TestTwoHundred(t *testing.T) {
	makeModels(t)
	_, address := newTestServer(t, folders.plane, defaultLimits)
	want := get(t, address, "n=1000&seed=1").content
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	var group sync.WaitGroup
	start := make(chan struct{})
	for range 200 {
		group.Go(func() {
			<-start
			response, err := client.Get(address + "/samples?n=1000&seed=1")
			if err != nil {
				t.Error(err)
				return
			}
			if a := read(response); a.status != 200 || a.content != want {
				t.Errorf("the answer is %d with %d bytes, want %d", a.status, len(a.content),
					len(want))
			}
		})
	}
	close(start)
	group.Wait()
}

func TestLimitsAreChecked(t *testing.T) {
	for _, args := range [][]string{
		{"-max-points", "0"}, {"-max-steps", "-1"}, {"-max-evaluations", "0"},
		{"-max-numbers", "0"}, {"-max-requests", "0"}, {"-max-body", "0"}, {"-time-limit", "0s"},
		{"-client-time-limit", "-1s"},
	} {
		_, err := parseOptions(append(args, "model"), io.Discard)
		if err == nil || !strings.HasPrefix(err.Error(), args[0]+" is") {
			t.Errorf("%q: the error is %v", args, err)
		}
	}
	g := &generator{schema: datasets.Schema{Columns: unnamed("x", 2, 1)}}
	l := defaultLimits
	l.numbers = 1
	if _, err := newServer(g, l, nil, nil); err == nil ||
		err.Error() != "-max-numbers is 1, but a point has 2 numbers" {
		t.Errorf("the error is %v", err)
	}
}
