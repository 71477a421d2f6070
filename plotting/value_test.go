package plotting_test

import (
	"bytes"
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// makers make a panel of every kind, the same one at every call.
var makers = map[string]func() plotting.Panel{
	"scatter": func() plotting.Panel {
		return plotting.Scatter("a ring", ring(20, 2, 0.1))
	},
	"samples": func() plotting.Panel {
		return plotting.Samples("a ring", ring(20, 2, 0.1), ring(20, 2, 0))
	},
	"trajectories": func() plotting.Panel {
		return plotting.Trajectories("inwards", [][][]float64{ring(5, 2, 0), ring(5, 1, 0)})
	},
	"paths": func() plotting.Panel {
		return plotting.Paths("zigzag", plotting.Path{Name: "a", Points: ring(5, 2, 0)})
	},
	"vector field": func() plotting.Panel {
		return plotting.VectorField("outwards", -2, 2, outwards)
	},
	"vector field over points": func() plotting.Panel {
		return plotting.VectorField("outwards", -2, 2, outwards).Over(ring(20, 1, 0.1))
	},
	"density": func() plotting.Panel {
		return plotting.Density("a ring", ring(99, 2, 0.1), -3, 3)
	},
	"density of": func() plotting.Panel {
		return plotting.DensityOf("a bell", -3, 3, gaussian)
	},
	"curves": func() plotting.Panel {
		return plotting.Curves("losses", "loss", plotting.Curve{Values: []float64{1, 3, 2}})
	},
}

// outwards is the velocity u(x) = x of points [n, 2].
func outwards(points [][]float64) ([][]float64, error) { return points, nil }

// gaussian returns exp(-|x|²/2) of points [n, 2].
func gaussian(points [][]float64) ([]float64, error) {
	densities := make([]float64, len(points))
	for i, p := range points {
		densities[i] = math.Exp(-(p[0]*p[0] + p[1]*p[1]) / 2)
	}
	return densities, nil
}

// figures lays out panels in several ways, which need different axes and ticks. It calls panel for
// every panel.
func figures(panel func() plotting.Panel) []plotting.Figure {
	wide := plotting.Scatter("wide", ring(5, 20, 0))
	return []plotting.Figure{
		panel().Within(-1, 1).Figure(),
		panel().Within(-9, 9).Figure(),
		plotting.Row(wide, panel()),
		plotting.Grid([]plotting.Panel{panel()}, []plotting.Panel{wide}),
	}
}

// TestPanelIsValue uses one panel in all figures, and compares their pictures with those of the
// same figures of new panels. The figures are drawn at once, so that the race detector sees them
// share the panel.
func TestPanelIsValue(t *testing.T) {
	for name, newPanel := range makers {
		t.Run(name, func(t *testing.T) {
			shared := newPanel()
			got := drawAtOnce(t, figures(func() plotting.Panel { return shared }))
			for i, figure := range figures(newPanel) {
				if !bytes.Equal(got[i], encode(t, figure)) {
					t.Errorf("figure %d differs if its panel is shared", i)
				}
			}
		})
	}
}

// drawAtOnce returns the PNG pictures of several figures, each drawn in its own goroutine.
func drawAtOnce(t *testing.T, several []plotting.Figure) [][]byte {
	t.Helper()
	pictures, errs := make([][]byte, len(several)), make([]error, len(several))
	var group sync.WaitGroup
	for i, figure := range several {
		group.Go(func() { pictures[i], errs[i] = figure.PNG() })
	}
	group.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return pictures
}

// TestDataAreCopied changes everything that a figure was made of before it is drawn.
func TestDataAreCopied(t *testing.T) {
	points, vectors, densities := ring(20, 2, 0), ring(225, 1, 0), make([]float64, 6400)
	densities[0] = 1
	values, epochs := []float64{1, 3, 2}, []int{1, 5, 9}
	positive := []float64{1, 3, 2}
	row := []plotting.Panel{
		plotting.Samples("points", points, points),
		plotting.Trajectories("trajectories", [][][]float64{points, points}),
		plotting.Paths("paths", plotting.Path{Points: points}),
		plotting.VectorField("vectors", -2, 2, func(positions [][]float64) ([][]float64, error) {
			clear(positions)
			return vectors, nil
		}),
		plotting.Scatter("over", points).Over(points),
		plotting.Density("density", points, -2, 2),
		plotting.DensityOf("density of", -2, 2, func(centres [][]float64) ([]float64, error) {
			clear(centres)
			return densities, nil
		}),
		plotting.Curves("curves", "value", plotting.Curve{Values: values, Epochs: epochs}),
		plotting.Lines("lines", "x", "y", plotting.Line{X: positive, Y: positive}),
	}
	figure := plotting.Row(row...)
	before := encode(t, figure)
	for _, point := range append(points, vectors...) {
		clear(point)
	}
	clear(densities)
	clear(values)
	clear(positive)
	clear(epochs)
	clear(row)
	if !bytes.Equal(encode(t, figure), before) {
		t.Error("the figure has changed with its data")
	}
}
