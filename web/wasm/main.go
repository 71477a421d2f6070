//go:build js

// Command wasm runs in a worker of the page in web/page: it answers the page's messages by package
// session. web/page/worker.js starts it.
//
// A message is an object with an id, a call and its arguments. Answers have the same id and one of
// progress (any number of them), done, and error (a sentence for the reader). The calls are in
// calls.go; numbers of points cross as Float32Array, [n][dim] in one piece.
package main

import (
	"syscall/js"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/web/session"
)

func main() {
	engine, err := backend.PureGo()
	if err != nil {
		panic(err)
	}
	w := newWorker(session.New(engine))
	js.Global().Set("handle", js.FuncOf(func(_ js.Value, args []js.Value) any {
		w.receive(args[0])
		return nil
	}))
	js.Global().Call("postMessage", map[string]any{"ready": true})
	w.run()
}
