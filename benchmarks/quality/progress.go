package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// progress shows the trainings of a run: in a terminal a line that changes, and elsewhere only a
// line for each result.
type progress struct {
	out        io.Writer
	isTerminal bool
	begin      time.Time
	pending    []training    // The first one is running.
	count      int           // Of all trainings.
	finished   time.Duration // Expected time of the trainings that are done.
	shown      time.Time     // The last change of the line.
}

// newProgress returns the progress of trainings that begin now.
func newProgress(out *os.File, pending []training) *progress {
	return &progress{
		out: out, isTerminal: isatty.IsTerminal(out.Fd()), begin: time.Now(),
		pending: pending, count: len(pending),
	}
}

// update shows how far the running training is, from 0 to 1, at most five times a second. A
// terminal cuts the line at its edge.
func (p *progress) update(share float64) {
	if p.isTerminal && time.Since(p.shown) > time.Second/5 {
		p.shown = time.Now()
		fmt.Fprintf(p.out, "\r\x1b[K\x1b[?7l%s\x1b[?7h", p.line(time.Since(p.begin), share))
	}
}

// line is the text of update after a time.
func (p *progress) line(elapsed time.Duration, share float64) string {
	running := p.pending[0]
	var rest time.Duration // As expected.
	for _, t := range p.pending {
		rest += t.expected()
	}
	part := time.Duration(share * float64(running.expected()))
	rest -= part
	// As the machine did so far, once that says something.
	if done := p.finished + part; done > time.Minute {
		rest = time.Duration(float64(rest) * float64(elapsed) / float64(done))
	}
	return fmt.Sprintf("%d of %d: %s, %s, about %s left", p.count-len(p.pending)+1, p.count,
		running, minutes(elapsed), minutes(rest))
}

// end shows the result of the running training, and goes on to the next.
func (p *progress) end(result string) {
	line := p.line(time.Since(p.begin), 1)
	if p.isTerminal {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	fmt.Fprintf(p.out, "%s\n    %s\n", line, result)
	p.finished += p.pending[0].expected()
	p.pending = p.pending[1:]
}

// stop ends the line in a terminal.
func (p *progress) stop() {
	if p.isTerminal {
		fmt.Fprintln(p.out)
	}
}

// minutes formats a time as hours, minutes and seconds, without fractions.
func minutes(d time.Duration) string { return d.Round(time.Second).String() }
