package main

import (
	"bytes"
	"context"

	"github.com/meanflow-go/meanflow/datasets"
	"github.com/meanflow-go/meanflow/plotting"
)

// contentTypes are those of the formats.
var contentTypes = map[format]string{
	formatCSV:  "text/csv; charset=utf-8; header=present",
	formatJSON: "application/json",
	formatPNG:  "image/png",
}

// answer generates the points of a valid request, and returns them in its format.
func (s *server) answer(ctx context.Context, r request) (content []byte, err error) {
	err = s.gate.compute(ctx, func() error {
		points, err := s.generator.generate(ctx, r)
		if err != nil {
			return err
		}
		if content, err = s.generator.encode(points, r); err != nil {
			return err
		}
		s.points.Add(float64(r.N))
		return nil
	})
	return content, err
}

// encode returns points in the format of their request.
func (g *generator) encode(points [][]float64, r request) ([]byte, error) {
	if r.Format == formatPNG {
		return g.draw(points).PNG()
	}
	options := datasets.TableOptions{Clip: r.Clip}
	if len(r.Given) > 0 {
		options.Given = r.Given
	}
	table, err := g.schema.Table(points, options)
	if err != nil {
		return nil, err
	}
	var content bytes.Buffer
	write := table.WriteCSV
	if r.Format == formatJSON {
		write = table.WriteJSON
	}
	err = write(&content)
	return content.Bytes(), err
}

// draw returns a picture of points: a grid of images, points in the plane, or columns in pairs.
func (g *generator) draw(points [][]float64) plotting.Figure {
	switch {
	case g.image != nil:
		return plotting.Images("", plotting.ImageGrid{
			Images: points, Height: g.image.Height, Width: g.image.Width,
			Channels: g.image.Channels,
		}).Figure()
	case g.schema.Dim() == 2 && !g.isNamed: // Both axes have the same units.
		return plotting.Scatter("", points).Figure()
	}
	return plotting.PairPlot(g.schema.Names(), points, nil)
}
