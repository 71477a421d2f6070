package plotting

import (
	"errors"
	"fmt"
	"html"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// Control is a slider or a menu of an [Explorer].
type Control struct {
	// Name says what the control changes.
	Name string
	// Options are what it offers, as the reader sees them: at least two.
	Options []string
	// Start is the index of the option at the beginning.
	Start int
	// Menu makes it a menu, for options without an order. Otherwise it is a slider.
	Menu bool
}

// Explorer shows a figure with controls above it, and draws it anew as the reader moves them.
//
// The controls need a Jupyter server with a browser, for instance JupyterLab. Everywhere else, and
// for readers of the notebook's file, there is one picture, of the options at which the controls
// start: use an [Animation] for what these readers should see.
type Explorer struct {
	// Controls are at least one slider or menu.
	Controls []Control
	// Draw makes the figure for the index of the chosen option of each control. Display calls it
	// again and again, but never twice at once. It may take up to a second or so; meanwhile, the
	// controls move on, and the next figure is that of the last choice.
	Draw func(choices []int) Figure
}

// How long an explorer waits for a reader.
const (
	// Until a browser answers. GoNB has waited for three seconds before.
	answerWait = 2 * time.Second
	// For the first touch, if the browser doesn't show whether other cells wait.
	firstTouchWait = 10 * time.Second
	// After a touch; also for the first touch, if other cells that wait end the explorer.
	touchWait = 60 * time.Second
	// For the browser, which says every five seconds that it is there: it may be gone.
	goneWait = 15 * time.Second
	// For the browser's last message.
	byeWait = 500 * time.Millisecond
)

// Display shows the explorer below the cell of a GoNB notebook that calls it, and waits for the
// reader. It ends
//   - as soon as another cell waits to run, so that Run All passes without a stop,
//   - 60 s after the reader last touched a control, and 15 s after the page was closed,
//   - at once if there is no Jupyter server (nbconvert, for instance), and after 5 s if no browser
//     answers,
//   - and when the reader interrupts the kernel, which is no error.
//
// Then the controls vanish and the picture of the last choice stays. In front-ends other than
// JupyterLab and Notebook, where other waiting cells can't be seen, it also ends after 10 s without
// a first touch.
//
// It returns an error outside of a notebook; for a control without a name, with fewer than two
// options or with a Start that is not an option's index; without controls; if Draw is nil; and the
// errors of [Figure.PNG], which end it.
func (e Explorer) Display() error {
	if err := e.check(); err != nil {
		return err
	}
	if err := needsNotebook(); err != nil {
		return err
	}
	choices := make([]int, len(e.Controls))
	for i, control := range e.Controls {
		choices[i] = control.Start
	}
	shown, err := e.picture(choices)
	if err != nil {
		return err
	}
	id := "plotting_explorer_" + gonbui.UniqueId()
	note := "Run this cell in JupyterLab to explore."
	if hasServer() {
		choices, shown, err = e.explore(id, choices, shown)
		note = "Run the cell again to explore."
	}
	note = e.describe(choices) + ". " + note
	if err != nil {
		note = err.Error()
	}
	page := fmt.Sprintf("%s<p>%s</p>", shown.img(), html.EscapeString(note))
	return errors.Join(err, show(shown.bundle(id, page)))
}

// hasServer reports whether a Jupyter server started the kernel, which names its session in the
// environment. Programs that execute notebooks, like nbconvert, start kernels themselves; asking
// them for a browser would leave GoNB's script for it in the notebook.
func hasServer() bool { return os.Getenv("JPY_SESSION_NAME") != "" }

// check returns an error if the explorer has a wrong field.
func (e Explorer) check() error {
	if len(e.Controls) == 0 {
		return errors.New("plotting: Explorer: Controls is empty, want at least 1 control")
	}
	if e.Draw == nil {
		return errors.New("plotting: Explorer: Draw is nil, want a function that makes a Figure")
	}
	for i, control := range e.Controls {
		switch {
		case control.Name == "":
			return fmt.Errorf(
				"plotting: Explorer: Controls[%d].Name is empty, want what the control changes", i)
		case len(control.Options) < 2:
			return fmt.Errorf("plotting: Explorer: Controls[%d] has %d Options, want at least 2",
				i, len(control.Options))
		case control.Start < 0 || control.Start >= len(control.Options):
			return fmt.Errorf("plotting: Explorer: Controls[%d].Start is %d, want 0 to %d",
				i, control.Start, len(control.Options)-1)
		}
	}
	return nil
}

// picture draws the figure for the choices.
func (e Explorer) picture(choices []int) (picture, error) {
	shown, err := e.Draw(slices.Clone(choices)).picture()
	shown.alt = e.describe(choices) + ": " + shown.alt
	return shown, err
}

// describe returns the choices in words.
func (e Explorer) describe(choices []int) string {
	words := make([]string, len(choices))
	for i, control := range e.Controls {
		words[i] = control.Name + ": " + control.Options[choices[i]]
	}
	return strings.Join(words, ", ")
}

// isValid reports whether there is an option for each choice.
func (e Explorer) isValid(choices []int) bool {
	if len(choices) != len(e.Controls) {
		return false
	}
	for i, choice := range choices {
		if choice < 0 || choice >= len(e.Controls[i].Options) {
			return false
		}
	}
	return true
}

// explore shows the controls with a first picture, redraws it until the end, and returns the last
// choices with their picture. After an error, it returns those before.
func (e Explorer) explore(id string, choices []int, shown picture) ([]int, picture, error) {
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	defer signal.Stop(interrupted)

	page, err := e.page(id, shown)
	if err != nil {
		return choices, shown, err
	}
	if err := show(shown.bundle(id, page)); err != nil {
		return choices, shown, err
	}
	browser := newLink(id)
	isWelcome := false
	end := time.NewTimer(answerWait)
	defer end.Stop()
	gone := time.NewTimer(goneWait)
	defer gone.Stop()
	for {
		gone.Reset(goneWait)
		select {
		case <-interrupted:
			browser.end()
			return choices, shown, nil
		case <-end.C:
			browser.end()
			return choices, shown, nil
		case <-gone.C:
			browser.end()
			return choices, shown, nil
		case <-browser.news:
		}
		last := browser.take()
		if last.queued {
			browser.end()
			return choices, shown, nil
		}
		if !isWelcome {
			isWelcome = true
			browser.send(reply{Kind: "welcome"})
			end.Reset(firstTouchWait)
			if last.seesQueue {
				end.Reset(touchWait)
			}
		}
		if last.touched {
			end.Reset(touchWait)
		}
		if !e.isValid(last.choices) || slices.Equal(last.choices, choices) {
			continue
		}
		next, err := e.picture(last.choices)
		if err != nil {
			browser.end()
			return choices, shown, err
		}
		choices, shown = last.choices, next
		browser.send(reply{Kind: "picture", Source: shown.source(), Alt: shown.alt})
		// Faster pictures would exceed the server's limit of a megabyte per second.
		time.Sleep(max(100*time.Millisecond, time.Duration(len(shown.png))*3*time.Microsecond))
	}
}
