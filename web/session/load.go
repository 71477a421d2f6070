package session

import (
	"fmt"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/web/catalogue"
)

// Model describes a model.
type Model struct {
	Columns   []string // The names of the coordinates; nil for images.
	Classes   []string // The names of the classes, nil if the model has none.
	Objective string
	Average   bool // Whether it predicts average velocities.
	OneStep   bool // Whether it knows only the step from noise to data.
	// Height and Width are the pixels of an image, 0 for points.
	Height, Width int
	// Guidance is the lowest and the highest scale of guidance that the page may ask for.
	Guidance [2]float64
}

// Load puts the model in a safetensors file into a slot.
func (s *Session) Load(name string, content []byte) (Model, error) {
	points, images, err := catalogue.Open(content, s.engine)
	if err != nil {
		return Model{}, err
	}
	if points != nil {
		s.models[name] = slot{points: points}
		return describe(points)
	}
	schema, err := datasets.ParseImageSchema(images.Autoencoder().Description())
	if err != nil {
		return Model{}, err
	}
	if schema.Channels != 1 {
		return Model{}, fmt.Errorf("the images have %d channels, the page shows those with 1",
			schema.Channels)
	}
	s.models[name] = slot{images: images}
	flow := images.Flow()
	m := Model{
		Classes: schema.Classes, Objective: flow.Objective(), Average: flow.PredictsAverage(),
		Height: schema.Height, Width: schema.Width,
	}
	m.Guidance[0], m.Guidance[1] = flow.Guidance()
	return m, nil
}

// describe describes a model of points.
func describe(m *meanflow.Model) (Model, error) {
	description := Model{
		Columns: coordinates(m.Dim()), Objective: m.Objective(), Average: m.PredictsAverage(),
		OneStep: m.OneStep(),
	}
	description.Guidance[0], description.Guidance[1] = m.Guidance()
	for k := range m.Classes() {
		description.Classes = append(description.Classes, fmt.Sprint(k+1))
	}
	if m.Description() == nil {
		return description, nil
	}
	schema, err := datasets.ParseSchema(m.Description())
	if err != nil {
		return Model{}, err
	}
	description.Columns = schema.Names()
	if m.Classes() > 0 {
		description.Classes = schema.Label.Classes
	}
	return description, nil
}
