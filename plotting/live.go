package plotting

import (
	"errors"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// Live shows one picture below a notebook's cell that changes while the cell runs, for instance the
// samples of a model in training. Its zero value is ready for use, for one picture; it must not be
// copied after its first use. Several goroutines can use it at once.
type Live struct {
	mu       sync.Mutex
	id       string    // Of the display; empty before the first picture.
	next     time.Time // When the next picture may be drawn.
	finished bool
}

const (
	livePause = time.Second // Between pictures, at least.
	// livePauses is the pause after a picture in units of the time it took, so that pictures take
	// at most a tenth of the time.
	livePauses = 9
)

// Update draws a figure and shows it in place of the previous one, if it is time for it: at most
// once a second, and so that drawing takes at most about a tenth of the time. Otherwise it returns
// at once without calling draw, so a training can call it after every batch.
//
// Update does nothing outside of a notebook, after [Live.Finish], and while another goroutine
// draws. It returns an error if draw is nil, and the errors of [Figure.PNG].
func (l *Live) Update(draw func() Figure) error {
	if draw == nil {
		return errors.New("plotting: Live.Update: draw is nil, want a function that makes a Figure")
	}
	if !gonbui.IsNotebook || !l.mu.TryLock() {
		return nil
	}
	defer l.mu.Unlock()
	start := time.Now()
	if l.finished || start.Before(l.next) {
		return nil
	}
	shown, err := draw().picture()
	if err != nil {
		return err
	}
	// Only the last picture waits until the kernel has read it.
	err = send(shown.bundle(l.displayID(), ""))
	l.next = l.after(start, time.Now())
	return err
}

// after returns when the next picture may be drawn, for one that was drawn from start to end.
func (l *Live) after(start, end time.Time) time.Time {
	return end.Add(max(livePause, livePauses*end.Sub(start)))
}

// displayID returns the id of the display, which all pictures share.
func (l *Live) displayID() string {
	if l.id == "" {
		l.id = "plotting_live_" + gonbui.UniqueId()
	}
	return l.id
}

// Finish shows the final figure in place of the last one, and ends the updates. Without updates
// before, it does what [Figure.Display] does, with the same errors.
func (l *Live) Finish(figure Figure) error {
	if err := needsNotebook(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.finished = true
	shown, err := figure.picture()
	if err != nil {
		return err
	}
	return show(shown.bundle(l.displayID(), ""))
}
