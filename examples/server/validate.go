package main

import (
	"slices"
	"strings"
)

// format is the format of an answer.
type format string

const (
	formatCSV  format = "csv"
	formatJSON format = "json"
	formatPNG  format = "png"
)

// mostImages is the largest number of images in a picture.
const mostImages = 1000

// validate returns a failure that names the parameter for which the request can't be answered.
func (s *server) validate(r request) error {
	if most := s.mostPoints(); r.N < 1 || r.N > most {
		return refused("n is %d, it must be from 1 to %d", r.N, most)
	}
	if r.Steps < 1 || r.Steps > s.limits.steps {
		return refused("steps is %d, it must be from 1 to %d", r.Steps, s.limits.steps)
	}
	if most := s.limits.evaluations; r.N*r.Steps > most {
		return refused("n is %d and steps is %d, their product must be at most %d", r.N, r.Steps,
			most)
	}
	if formats := s.formats(); !slices.Contains(formats, r.Format) {
		return refused("format is %.40q, it must be one of %v: only images, and up to %d "+
			"columns of numbers, can be png", r.Format, formats, mostColumns)
	}
	if r.Format == formatPNG && r.Clip {
		return refused("clip is true, but a png shows all points: leave it out")
	}
	if r.Format == formatPNG && s.generator.image != nil && r.N > mostImages {
		return refused("n is %d, it must be at most %d for a png of images", r.N, mostImages)
	}
	if _, _, err := s.generator.given(r); err != nil {
		return refused("given: %s", strings.TrimPrefix(err.Error(), "datasets: Given: "))
	}
	return s.validateGuidance(r)
}

func (s *server) validateGuidance(r request) error {
	lowest, highest := s.generator.lowest, s.generator.highest
	switch {
	case r.Guidance == 0:
		return nil
	case highest == 0:
		return refused("guidance is %v, but this model takes none", r.Guidance)
	case len(r.Given) == 0:
		return refused("guidance is %v without given: name what to guide to", r.Guidance)
	case !(lowest <= r.Guidance && r.Guidance <= highest): // NaN is refused.
		return refused("guidance is %v, it must be from %v to %v", r.Guidance, lowest, highest)
	}
	return nil
}

// mostPoints returns the largest number of points in an answer, 0 if not even one has room.
func (s *server) mostPoints() int {
	return min(s.limits.points, s.limits.numbers/s.generator.schema.Dim())
}

// formats returns the formats that points of the model can have.
func (s *server) formats() []format {
	formats := []format{formatCSV, formatJSON}
	if s.generator.canDraw() {
		formats = append(formats, formatPNG)
	}
	return formats
}
