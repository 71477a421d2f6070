package main

import (
	"context"
	"errors"
	"slices"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
)

// generator generates points with a trained model.
type generator struct {
	model sampler
	// schema has the columns of the points, and what they can be generated for. isNamed says that
	// the model brings the columns' names; otherwise they are x1, x2, ….
	schema  datasets.Schema
	isNamed bool
	// image is the shape of images, nil if points are rows of a table.
	image *datasets.ImageSchema
	// The guidance scales that can be chosen lie between lowest and highest; 0 if there is no
	// choice.
	lowest, highest float64
}

// sampler is a meanflow.Model or a latent.Model.
type sampler interface {
	SampleWith(o meanflow.SampleOptions, n int, seed int64) ([][]float64, error)
}

// largestChunk is the largest number of points that a model computes at once.
const largestChunk = 8192

// warmUp compiles the graphs for up to the given number of points. It returns the most steps that
// the model can take, at most the given number.
func (g *generator) warmUp(points, steps int) (most int, err error) {
	for n := 1; n <= min(points, largestChunk); n *= 2 {
		if _, err := g.model.SampleWith(meanflow.SampleOptions{}, n, 0); err != nil {
			return 0, err
		}
	}
	var onlyOne *meanflow.OneStepError
	two := meanflow.SampleOptions{Times: meanflow.UniformGrid(2)}
	if _, err := g.model.SampleWith(two, 1, 0); errors.As(err, &onlyOne) {
		return 1, nil
	} else if err != nil {
		return 0, err
	}
	return steps, nil
}

// generate generates the points that a valid request asks for. When the context ends, it ends with
// the context's error after the step under way.
func (g *generator) generate(ctx context.Context, r request) ([][]float64, error) {
	class, values, err := g.given(r)
	if err != nil {
		return nil, err
	}
	options := meanflow.SampleOptions{
		Times: meanflow.UniformGrid(r.Steps), Class: class, Values: values, Guidance: r.Guidance,
	}
	if r.Steps > 1 {
		options.OnStep = func(float64, [][]float64) error { return ctx.Err() }
	}
	return g.model.SampleWith(options, r.N, *r.Seed)
}

// given returns the class and the condition values that a request names, 0 and nil if it names
// none.
func (g *generator) given(r request) (class int, values []float64, err error) {
	if len(r.Given) == 0 {
		return 0, nil, nil
	}
	return g.schema.Given(r.Given)
}

// mostColumns is the largest number of columns that are drawn.
const mostColumns = 8

// canDraw reports whether points can be drawn: images, and few columns of numbers.
func (g *generator) canDraw() bool {
	isWords := func(column datasets.Column) bool { return column.Kind == datasets.Category }
	return g.image != nil || len(g.schema.Columns) <= mostColumns &&
		!slices.ContainsFunc(g.schema.Columns, isWords)
}
