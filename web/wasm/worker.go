//go:build js

package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"syscall/js"
	"time"

	"github.com/meanflow-go/meanflow/web/session"
)

// worker answers messages one after the other. Messages arrive only while Go waits, so a long
// computation gives way now and then.
type worker struct {
	session *session.Session
	queue   chan js.Value
	latest  map[string]int // The id of the latest request for a call and a slot.

	mutex  sync.Mutex
	paused chan struct{} // Closed when a paused training goes on; nil if it runs.
}

// maxQueued is the number of messages that may wait. A page that moves sliders sends dozens.
const maxQueued = 10_000

func newWorker(s *session.Session) *worker {
	return &worker{
		session: s, queue: make(chan js.Value, maxQueued), latest: map[string]int{},
	}
}

// receive takes a message. Pausing and stopping do not wait for their turn.
func (w *worker) receive(message js.Value) {
	switch call := text(message, "call"); call {
	case "pause", "go on":
		w.pause(call == "pause")
		answer(message, "done", map[string]any{})
		return
	case "stop": // A measurement.
		w.mutex.Lock()
		w.latest["measure "+text(message, "slot")] = number(message, "id")
		w.mutex.Unlock()
		answer(message, "done", map[string]any{})
		return
	default:
		w.mutex.Lock()
		w.latest[topic(message)] = number(message, "id")
		w.mutex.Unlock()
	}
	select {
	case w.queue <- message:
	default:
		answer(message, "error", "too many requests are waiting")
	}
}

// topic is the call and the slot of a message.
func topic(message js.Value) string { return text(message, "call") + " " + text(message, "slot") }

// run answers messages for ever.
func (w *worker) run() {
	for message := range w.queue {
		done, err := w.answer(message)
		if err != nil {
			answer(message, "error", session.Explain(err))
			continue
		}
		answer(message, "done", done)
	}
}

// answer calls what a message asks for. A panic is an error of this program, and ends neither the
// worker nor the page.
func (w *worker) answer(message js.Value) (done map[string]any, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			debug.PrintStack()
			err = fmt.Errorf("the page failed: %v", fault)
		}
	}()
	call := calls[text(message, "call")]
	if call == nil {
		return nil, fmt.Errorf("there is no call %q", text(message, "call"))
	}
	if err := w.giveWay(message); err != nil {
		return nil, err
	}
	return call(w, message)
}

var errSuperseded = errors.New("superseded")

// supersedable are the calls that a later one makes pointless.
var supersedable = map[string]bool{
	"sample": true, "measure": true, "images": true, "field": true,
}

// giveWay lets messages arrive. It returns an error if one of them makes the given one pointless: a
// later one of the same call and slot, or one that loads another model into the slot.
func (w *worker) giveWay(message js.Value) error {
	time.Sleep(time.Millisecond)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	id := number(message, "id")
	loaded := w.latest["load "+text(message, "slot")]
	if supersedable[text(message, "call")] && max(w.latest[topic(message)], loaded) != id {
		return errSuperseded
	}
	return nil
}

// pause pauses a training, or lets it go on.
func (w *worker) pause(pause bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	switch {
	case pause && w.paused == nil:
		w.paused = make(chan struct{})
	case !pause && w.paused != nil:
		close(w.paused)
		w.paused = nil
	}
}

// whilePaused waits until a training goes on.
func (w *worker) whilePaused() {
	w.mutex.Lock()
	paused := w.paused
	w.mutex.Unlock()
	if paused != nil {
		<-paused
	}
}

// answer posts an answer to a message.
func answer(message js.Value, kind string, content any) {
	js.Global().Call("postMessage", map[string]any{"id": message.Get("id"), kind: content})
}
