package meanflow

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// UntilInterrupted is a context that ends when the process is told to: by Ctrl-C, the stop button
// of a notebook, or SIGTERM. Given to [Train], it turns them into an interruption with a
// checkpoint. From then on the signals act as they did before, so that a second one ends the
// process.
//
// It changes the signal handling of the process, which nothing else in this package does.
func UntilInterrupted() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
}
