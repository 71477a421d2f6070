package main

import (
	"net/http"
	"slices"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// description says what the server generates, and what it may be asked for.
type description struct {
	Generates string            `json:"generates"` // "rows" or "images".
	Image     *imageShape       `json:"image,omitempty"`
	Columns   []datasets.Column `json:"columns"`
	// Given has the class and the conditions that points can be generated for.
	Given    []datasets.Column `json:"given,omitempty"`
	Guidance *[2]float64       `json:"guidance,omitempty"` // The lowest and the highest scale.
	Formats  []format          `json:"formats"`
	Limits   map[string]int    `json:"limits"`
}

// imageShape is the shape of an image, whose pixels are columns, row by row, channels last.
type imageShape struct {
	Height   int `json:"height"`
	Width    int `json:"width"`
	Channels int `json:"channels"`
}

// describeModel answers GET /model.
func (s *server) describeModel(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.description())
}

func (s *server) description() description {
	g := s.generator
	d := description{
		Generates: "rows", Columns: known(g.schema.Columns), Formats: s.formats(),
		Limits: map[string]int{
			"n": s.mostPoints(), "steps": s.limits.steps, "n times steps": s.limits.evaluations,
			"body": s.limits.body,
		},
	}
	if g.image != nil {
		d.Generates = "images"
		d.Image = &imageShape{g.image.Height, g.image.Width, g.image.Channels}
	}
	if label := g.schema.Label; len(label.Classes) > 0 {
		d.Given = append(d.Given, datasets.Column{
			Name: label.Name, Kind: datasets.Category, Categories: label.Classes,
		})
	}
	d.Given = append(d.Given, known(g.schema.Conditions)...)
	if g.highest > 0 {
		d.Guidance = &[2]float64{g.lowest, g.highest}
	}
	return d
}

// known returns columns without ranges that mean any number.
func known(columns []datasets.Column) []datasets.Column {
	columns = slices.Clone(columns)
	for k, column := range columns {
		if column.Max == scale.MaxMagnitude {
			columns[k].Min, columns[k].Max = 0, 0
		}
	}
	return columns
}
