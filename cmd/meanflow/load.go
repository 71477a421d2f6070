package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/meanflow"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// isFile reports whether the path of a model is that of a safetensors file, not of a folder.
func isFile(path string) bool { return filepath.Ext(path) == ".safetensors" }

// load returns the model in a folder or a safetensors file, and the schema of the rows that it
// learned.
func load(path string) (m *meanflow.Model, schema datasets.Schema, err error) {
	if isFile(path) {
		m, err = readFile(path)
	} else {
		m, err = meanflow.Load(path)
	}
	if err != nil {
		return nil, schema, err
	}
	if m.Description() == nil {
		return m, unnamed(m.Dim()), nil
	}
	if schema, err = datasets.ParseSchema(m.Description()); err != nil {
		return nil, schema, fmt.Errorf("%s: %w", path, err)
	}
	return m, schema, nil
}

// readFile returns the model in a safetensors file.
func readFile(path string) (*meanflow.Model, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := meanflow.ReadSafetensors(content, meanflow.LoadOptions{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// unnamed returns the schema of a model of points that no table describes, such as those of a
// distribution: numbers x1, x2 and so on.
func unnamed(dim int) (schema datasets.Schema) {
	for k := range dim {
		schema.Columns = append(schema.Columns, datasets.Column{
			Name: fmt.Sprintf("x%d", k+1), Min: -scale.MaxMagnitude, Max: scale.MaxMagnitude,
		})
	}
	return schema
}
