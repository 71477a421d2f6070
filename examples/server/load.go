package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/latent"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// load returns the model at a path, of points or of images: in a folder, or in a safetensors file.
func load(path string) (*generator, error) {
	if filepath.Ext(path) == ".safetensors" {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		return loadFile(content)
	}
	if _, err := os.Stat(filepath.Join(path, "autoencoder")); err == nil {
		images, err := latent.Load(path, nil)
		if err != nil {
			return nil, err
		}
		return newLatentGenerator(images), nil
	}
	points, err := meanflow.Load(path)
	if err != nil {
		return nil, err
	}
	return newGenerator(points), nil
}

// loadFile returns the model in a safetensors file.
func loadFile(content []byte) (*generator, error) {
	points, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{})
	if err == nil {
		return newGenerator(points), nil
	}
	images, imagesErr := latent.ReadSafetensors(content, nil)
	if imagesErr == nil {
		return newLatentGenerator(images), nil
	}
	return nil, errors.Join(err, imagesErr)
}

// newGenerator returns a generator of points, which are images if the model was trained on images.
func newGenerator(model *meanflow.Model) *generator {
	g := &generator{model: model}
	g.setConditions(model)
	g.describe(model.Description(), model.Dim())
	return g
}

// newLatentGenerator returns a generator of the images that a flow of codes and a decoder make.
func newLatentGenerator(model *latent.Model) *generator {
	g := &generator{model: model}
	g.setConditions(model.Flow())
	g.describe(model.Autoencoder().Description(), model.Autoencoder().Dim())
	return g
}

// setConditions sets what the flow can generate points for. Without a description these are the
// label "class" with the classes 1, 2, …, and the conditions "value1", "value2", ….
func (g *generator) setConditions(flow *meanflow.Model) {
	if lowest, highest := flow.Guidance(); lowest < highest {
		g.lowest, g.highest = lowest, highest
	}
	if schema, err := datasets.ParseSchema(flow.Description()); err == nil {
		g.schema.Label, g.schema.Conditions = schema.Label, schema.Conditions
		return
	}
	var names []string
	if image, err := datasets.ParseImageSchema(flow.Description()); err == nil {
		names = image.Classes
	}
	for class := len(names) + 1; class <= flow.Classes(); class++ {
		names = append(names, fmt.Sprint(class))
	}
	if len(names) > 0 {
		g.schema.Label = datasets.Label{Name: "class", Classes: names}
	}
	g.schema.Conditions = unnamed("value", flow.Values(), scale.MaxMagnitude)
}

// describe sets the columns, or the shape of images, that a description of the data names. Without
// one the columns are x1, x2, ….
func (g *generator) describe(description []byte, dim int) {
	if image, err := datasets.ParseImageSchema(description); err == nil {
		g.image = &image
		g.schema.Columns = unnamed("x", dim, 1) // Pixels are from -1 to 1.
	} else if schema, err := datasets.ParseSchema(description); err == nil {
		g.schema.Columns, g.isNamed = schema.Columns, true
	} else {
		g.schema.Columns = unnamed("x", dim, scale.MaxMagnitude)
	}
}

// unnamed returns n columns of numbers up to a magnitude. Their names begin with the given one.
func unnamed(name string, n int, most float64) []datasets.Column {
	var columns []datasets.Column
	for k := range n {
		columns = append(columns, datasets.Column{
			Name: fmt.Sprint(name, k+1), Min: -most, Max: most,
		})
	}
	return columns
}
