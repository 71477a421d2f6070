// Command server answers requests over HTTP with samples of a trained model: rows of a table, or
// images.
//
//	server -address 127.0.0.1:8080 penguins-model
//
// The model is a folder that meanflow train or Model.Save wrote, a training's CheckpointDir, or a
// file that Model.WriteSafetensors or the page in web/ wrote.
// README.md lists the requests. The files:
//   - main.go: the options, and the way from the start to the end of the process;
//   - generator.go, load.go: the model;
//   - request.go, query.go, validate.go: what a request asks for, and whether it may;
//   - gate.go, limits.go: how much may be asked for at once;
//   - handler.go, answer.go, failure.go, description.go: the answers;
//   - metrics.go: the measurements for Prometheus.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func main() {
	collectLess()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // A second signal ends the process at once.
	os.Exit(run(ctx, os.Args[1:], os.Stderr))
}

// collectLess makes Go's collector run less often, unless the environment says how often: an answer
// allocates as much as the model keeps, and eight clients get 1.4 times as many answers.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(512 << 20)
	}
}

// Exit statuses.
const (
	succeeded = iota
	failed
	misused
)

// options are the command's options and its argument.
type options struct {
	address string
	drain   time.Duration
	limits  limits
	folder  string
}

// run serves until the context ends, and returns the exit status.
func run(ctx context.Context, args []string, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return succeeded
	case err != nil:
		fmt.Fprintf(stderr, "server: %v\nserver -h lists the options.\n", err)
		return misused
	}
	log := newLog(stderr)
	if err := o.serve(ctx, log); err != nil {
		log.Error("failed", "error", err)
		return failed
	}
	return succeeded
}

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// parseOptions returns the options that the arguments set.
func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{limits: defaultLimits}
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Errors are returned; only -h prints.
	flags.StringVar(&o.address, "address", "127.0.0.1:8080", "`host:port` to listen on")
	flags.DurationVar(&o.drain, "drain", time.Second, "`duration` from SIGTERM, when /healthz "+
		"turns 503, to the end of listening")
	o.limits.define(flags)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			fmt.Fprint(stderr, "server answers requests over HTTP with samples of a model.\n\n"+
				"  server [options] DIR\n\n")
			flags.SetOutput(stderr)
			flags.PrintDefaults()
		}
		return o, err
	}
	if flags.NArg() != 1 {
		return o, fmt.Errorf("there are %d arguments after the options, there must be one: the "+
			"folder or the file of a model", flags.NArg())
	}
	o.folder = flags.Arg(0)
	return o, o.limits.check()
}

// serve loads the model, then listens until the context ends.
func (o options) serve(ctx context.Context, log *slog.Logger) error {
	start := time.Now()
	g, err := load(o.folder)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	s, err := newServer(g, o.limits, registry, log)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", o.address)
	if err != nil {
		return err
	}
	log.Info("listening", "address", listener.Addr().String(), "model", o.folder,
		"after", time.Since(start).Round(time.Millisecond))
	return s.serve(ctx, listener, o.drain)
}

// serve answers requests until the context ends. Then /healthz turns 503, and after the duration
// drain the listener is closed. serve returns when the answers under way are finished.
func (s *server) serve(ctx context.Context, listener net.Listener, drain time.Duration) error {
	most := s.limits.connection()
	web := &http.Server{
		Handler: s.handler, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
		ReadTimeout: s.limits.client, WriteTimeout: most, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	s.log.Info("stopping")
	s.stopping.Store(true)
	time.Sleep(drain)
	finishing, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	if err := web.Shutdown(finishing); err != nil {
		return fmt.Errorf("some answers were cut off: %w", err)
	}
	s.log.Info("stopped")
	return nil
}
