package meanflow

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// untilToldToEnd is ctx, which also ends when the process is told to end: by Ctrl-C, the stop button of a notebook
// or the system. If it is told a second time, it ends at once, as it would without this.
func untilToldToEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// interruption is the error of a context that has ended, or nil.
func interruption(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, err) { // It may say more.
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}
