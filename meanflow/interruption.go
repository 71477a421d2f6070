package meanflow

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// UntilInterrupted returns a context that ends at Ctrl-C, the stop button of a notebook, or
// SIGTERM. Passed to [Train], it makes the signal interrupt the training, which writes a
// checkpoint. After that the signals act as before, so that a second one ends the process. Every
// call returns the same context.
//
// UntilInterrupted changes the signal handling of the process, which nothing else in this package
// does. A program that handles signals itself should pass its own context instead.
func UntilInterrupted() context.Context { return interrupted() }

var interrupted = sync.OnceValue(func() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx
})
