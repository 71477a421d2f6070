package meanflow

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// UntilInterrupted is a context that ends when the process is told to: by Ctrl-C, the stop button
// of a notebook, or SIGTERM. Given to [Train], it turns them into an interruption with a
// checkpoint. From then on the signals act as they did before, so that a second one ends the
// process. Every call returns the same context.
//
// It changes the signal handling of the process, which nothing else in this package does. A program
// that handles signals itself passes a context of its own instead.
func UntilInterrupted() context.Context { return interrupted() }

var interrupted = sync.OnceValue(func() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
})
