package plotting

import (
	_ "embed" // For the parts of the explorer.
	"encoding/json"
	"fmt"
	"sync"
	"text/template"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
)

// The explorer has controls of its own, on GoNB's comms, because GoNB's widgets have no labels,
// need a container that stays in the notebook, and wait for ever where there is no browser.

var (
	//go:embed explorer.css
	explorerStyle string
	//go:embed explorer.js
	explorerScript string
	//go:embed explorer.html
	explorerPage string
	//go:embed controls.html
	explorerControls string

	controlsTemplate       = template.Must(template.New("controls.html").Parse(explorerControls))
	explorerScriptTemplate = template.Must(template.New("explorer.js").Parse(explorerScript))
	explorerTemplate       = template.Must(template.New("explorer.html").Parse(explorerPage))
)

// page returns the explorer with its first picture as HTML, whose script talks to the address. The
// controls are only in the script, so that a viewer without scripts doesn't show them.
func (e Explorer) page(address string, shown picture) (string, error) {
	controls, err := e.controls(address)
	if err != nil {
		return "", err
	}
	content := struct {
		Address, Style, Script, Picture, Hint, ControlsJSON, OptionsJSON string
	}{
		Address: address, Style: explorerStyle, Picture: shown.img(),
		Hint: fmt.Sprintf("The controls stay until another cell waits to run, or until you leave "+
			"them alone for %.0f s.", touchWait.Seconds()),
	}
	if content.ControlsJSON, err = scriptValue(controls); err != nil {
		return "", err
	}
	options := make([][]string, len(e.Controls))
	for i, c := range e.Controls {
		options[i] = c.Options
	}
	if content.OptionsJSON, err = scriptValue(options); err != nil {
		return "", err
	}
	if content.Script, err = filled(explorerScriptTemplate, content); err != nil {
		return "", err
	}
	return filled(explorerTemplate, content)
}

// controls returns the sliders and menus with their labels as HTML. The ids begin with the address,
// which no other explorer has.
func (e Explorer) controls(address string) (string, error) {
	type control struct {
		Control
		Last int // Index of the last option.
	}
	content := struct {
		Address  string
		Controls []control
	}{Address: address}
	for _, c := range e.Controls {
		content.Controls = append(content.Controls, control{Control: c, Last: len(c.Options) - 1})
	}
	return filled(controlsTemplate, content)
}

// message is what the explorer in the browser tells the program.
type message struct {
	N         int    // Counts the messages. They may arrive in another order.
	Kind      string // Hello, here, touch, choose, queued or bye.
	Choices   []int  // Of all controls.
	SeesQueue bool   // Whether it can tell that other cells wait.
}

// reply is what the program tells the explorer in the browser.
type reply struct {
	Kind   string `json:"kind"` // Welcome, picture or end.
	Source string `json:"source,omitempty"`
	Alt    string `json:"alt,omitempty"`
}

// news sums up the messages since the last look.
type news struct {
	choices                    []int // The latest ones.
	touched, queued, seesQueue bool
}

// link connects the program to its explorer in the browser.
type link struct {
	address string
	news    chan struct{} // Has an element when there is something to take.
	bye     chan struct{} // Closed by the last message.

	mu       sync.Mutex
	n        int // The number of the latest message.
	received news
	hasEnded bool
}

// newLink connects to the browser, if there is one. GoNB waits for it for up to three seconds.
//
// The subscription stays until the program ends: GoNB v0.11.5 never unlocks a mutex when a message
// arrives that nobody subscribes to any longer.
func newLink(address string) *link {
	l := &link{address: address, news: make(chan struct{}, 1), bye: make(chan struct{})}
	comms.Subscribe(address, func(_ string, text string) { l.receive(text) })
	gonbui.Sync()
	return l
}

// receive takes note of a message. GoNB calls it in a goroutine for each.
func (l *link) receive(text string) {
	var m message
	if json.Unmarshal([]byte(text), &m) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.received.seesQueue = l.received.seesQueue || m.SeesQueue
	l.received.queued = l.received.queued || m.Kind == "queued"
	l.received.touched = l.received.touched || m.Kind == "touch" || m.Kind == "choose"
	if m.N > l.n {
		l.n, l.received.choices = m.N, m.Choices
	}
	if m.Kind == "bye" && !l.hasEnded {
		l.hasEnded = true
		close(l.bye)
	}
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// take returns what the browser has told since the last call.
func (l *link) take() news {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.received
	l.received.touched, l.received.queued = false, false
	return taken
}

// send tells the browser.
func (l *link) send(r reply) {
	encoded, err := json.Marshal(r)
	if err != nil {
		return // A reply consists of strings, which can always be encoded.
	}
	comms.Send(l.address, string(encoded))
}

// end tells the browser to send no more messages and waits for the last one: the kernel of GoNB
// v0.11.5 may crash when a message arrives at the moment in which a program ends.
func (l *link) end() {
	l.mu.Lock()
	wasThere := l.n > 0
	l.mu.Unlock()
	if !wasThere {
		return
	}
	l.send(reply{Kind: "end"})
	select {
	case <-l.bye:
	case <-time.After(byeWait):
	}
}
