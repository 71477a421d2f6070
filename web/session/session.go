// Package session is what the page in web/page computes: it holds a data set and models, trains,
// and samples. Package web/wasm joins it to the page. Nothing here depends on the browser, so the
// tests run as they do everywhere.
//
// Long computations take a function that they call between parts of about a tenth of a second, so
// that the page can show the parts and ask for something else. An error from the function ends the
// computation, and is its error.
package session

import (
	"fmt"

	"github.com/gomlx/compute"

	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
)

// Session holds a data set and models, each in a slot with a name. The methods of a session must
// not be called at once.
type Session struct {
	engine compute.Backend
	data   *data
	models map[string]slot
}

// slot holds a model: of points, or of images.
type slot struct {
	points *meanflow.Model
	images *latent.Model
}

// New returns a session without data and models that computes on an engine.
func New(engine compute.Backend) *Session {
	return &Session{engine: engine, models: map[string]slot{}}
}

// points returns the model of points in a slot.
func (s *Session) points(name string) (*meanflow.Model, error) {
	m := s.models[name].points
	if m == nil {
		return nil, fmt.Errorf("no model of points is in the slot %q: load or train one", name)
	}
	return m, nil
}

// images returns the model of images in a slot.
func (s *Session) images(name string) (*latent.Model, error) {
	m := s.models[name].images
	if m == nil {
		return nil, fmt.Errorf("there is no model of images in the slot %q: load one", name)
	}
	return m, nil
}

// inRange returns an error unless a number that the page sent is in its range.
func inRange(name string, value, lowest, highest int) error {
	if value < lowest || value > highest {
		return fmt.Errorf("%s: %d, it must be from %d to %d", name, value, lowest, highest)
	}
	return nil
}
