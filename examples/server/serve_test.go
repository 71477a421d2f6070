package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/datasets"
)

// serving starts a server as the command does. The channel gets the result of serve.
func serving(t *testing.T, ctx context.Context, s *server, drain time.Duration) (
	address string, ended chan error,
) {
	t.Helper()
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	ended = make(chan error, 1)
	go func() { ended <- s.serve(ctx, listener, drain) }()
	return listener.Addr().String(), ended
}

// TestStop stops a server while it answers: /healthz turns 503 first, then no connection is
// accepted, and all answers under way arrive.
func TestStop(t *testing.T) {
	model, s, _ := blocked(t, defaultLimits)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	address, ended := serving(t, ctx, s, 200*time.Millisecond)
	url := "http://" + address
	health := func() int { return read(must(http.Get(url + "/healthz"))(t)).status }
	if status := health(); status != 200 {
		t.Errorf("/healthz is %d before the stop", status)
	}
	const requests = 30
	answers := make(chan answer, requests)
	for range requests {
		go func() {
			response, err := http.Get(url + "/samples?n=10")
			if err != nil {
				answers <- answer{content: err.Error()}
				return
			}
			answers <- read(response)
		}()
	}
	waitFor(t, "all requests", func() bool {
		free := int64(defaultLimits.requests - requests + 1)
		isFree := s.gate.places.TryAcquire(free)
		if isFree {
			s.gate.places.Release(free)
		}
		return !isFree
	})
	cancel()
	waitFor(t, "/healthz to turn 503", func() bool { return health() == 503 })
	waitFor(t, "the end of listening", func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
		}
		return err != nil
	})
	select {
	case err := <-ended:
		t.Fatalf("serve ended before the answers: %v", err)
	default:
	}
	close(model.release)
	for range requests {
		if a := <-answers; a.status != 200 || strings.Count(a.content, "\n") != 11 {
			t.Errorf("an answer is %d: %s", a.status, a.content)
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("serve returns %v", err)
	}
}

// TestStopCutsOff stops a server whose model never answers.
func TestStopCutsOff(t *testing.T) {
	l := defaultLimits
	l.compute, l.client = 20*time.Millisecond, 20*time.Millisecond
	model, s, _ := blocked(t, l)
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := serving(t, ctx, s, 0)
	go http.Get("http://" + address + "/samples?n=10") //nolint:errcheck // It fails.
	<-model.started
	cancel()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "some answers were cut off") {
		t.Errorf("serve returns %v", err)
	}
	close(model.release)
}

// TestSlowClients sends headers, bodies and reads answers too slowly.
func TestSlowClients(t *testing.T) {
	l := defaultLimits
	l.client, l.compute = 100*time.Millisecond, 100*time.Millisecond
	l.numbers, l.points = 1_000_000, 500_000
	model, s, _ := blocked(t, l)
	close(model.release)
	ctx, cancel := context.WithCancel(t.Context())
	address, ended := serving(t, ctx, s, 0)
	dial := func(text string) net.Conn {
		connection := must(net.Dial("tcp", address))(t)
		t.Cleanup(func() { connection.Close() })
		must(io.WriteString(connection, text))(t)
		must(0, connection.SetDeadline(time.Now().Add(10*time.Second)))(t)
		return connection
	}
	start := time.Now()
	const post = "POST /samples HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
		"Content-Length: 10\r\n\r\n{\"n\""
	for name, test := range map[string]struct{ sent, want string }{
		"nothing":  {"", ""},
		"a header": {"GET /samples HTTP/1.1\r\nHost: a\r\n", ""},
		"a body":   {post, "the body did not arrive within 100ms"},
	} {
		got, err := io.ReadAll(dial(test.sent)) // Until the server closes the connection.
		if err != nil || !strings.Contains(string(got), test.want) ||
			test.want == "" && len(got) > 0 {
			t.Errorf("%s: the answer is %q, %v", name, got, err)
		}
		if test.want != "" && !strings.Contains(string(got), "408 Request Timeout") {
			t.Errorf("%s: the answer is %q", name, got)
		}
	}
	dial("GET /samples?n=500000 HTTP/1.1\r\nHost: a\r\n\r\n") // Nobody reads its 6 MB.
	<-model.started
	waitFor(t, "the answer to be cut off", func() bool {
		return s.gate.numbers.TryAcquire(int64(l.numbers))
	})
	if passed := time.Since(start); passed > 8*time.Second {
		t.Errorf("slow clients kept connections for %v", passed)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// log collects what a command writes.
type log struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (l *log) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.Write(text)
}

func (l *log) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.text.String()
}

// TestRun runs the command from its arguments to its exit status.
func TestRun(t *testing.T) {
	makeModels(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs log
	status := make(chan int)
	go func() {
		status <- run(ctx, []string{"-address", "127.0.0.1:0", "-drain", "0s", folders.rows}, &errs)
	}()
	address := regexp.MustCompile(`msg=listening address=(\S+)`)
	waitFor(t, "the address", func() bool { return address.MatchString(errs.String()) })
	url := "http://" + address.FindStringSubmatch(errs.String())[1]
	if a := get(t, url, "n=3"); a.status != 200 {
		t.Errorf("the answer is %d", a.status)
	}
	cancel()
	if s := <-status; s != succeeded || !strings.Contains(errs.String(), "msg=stopped") {
		t.Errorf("the exit status is %d:\n%s", s, errs.String())
	}
}

func TestRunFails(t *testing.T) {
	busy := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer busy.Close()
	makeModels(t)
	for _, test := range []struct {
		args   []string
		status int
		text   string
	}{
		{[]string{"-h"}, succeeded, "-max-points"},
		{nil, misused, "there are 0 arguments after the options, there must be one"},
		{[]string{"-max-point", "3", "model"}, misused, "flag provided but not defined"},
		{[]string{"-max-points", "0", "model"}, misused, "-max-points is 0, it must be at least 1"},
		{[]string{t.TempDir()}, failed, "meanflow: Load"},
		{[]string{"-address", busy.Addr().String(), folders.plane}, failed,
			"address already in use"},
		{[]string{"-address", "nowhere", folders.plane}, failed, "missing port in address"},
	} {
		var errs log
		if status := run(t.Context(), test.args, &errs); status != test.status ||
			!strings.Contains(errs.String(), test.text) {
			t.Errorf("%q: the exit status is %d:\n%s", test.args, status, errs.String())
		}
	}
}

// TestFailure hides what goes wrong inside from the client: here, points that are no numbers.
func TestFailure(t *testing.T) {
	model, s, address := blocked(t, defaultLimits)
	close(model.release)
	var errs log
	s.log = newLog(&errs)
	s.generator.schema = datasets.Schema{Columns: unnamed("x", 3, 1)}
	check(t, "points of 2 numbers", get(t, address, "n=1"), 500, "its log says why")
	const want = "points[0] has 2 coordinates, the schema has 3"
	if !strings.Contains(errs.String(), want) {
		t.Errorf("the log is %s, want %q", errs.String(), want)
	}
}
