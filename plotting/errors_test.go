package plotting_test

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/plotting"
)

// checkError checks that an error contains all of wants.
func checkError(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not contain %q: %v", want, err)
		}
	}
}

func TestPanelErrors(t *testing.T) {
	points := ring(5, 1, 0)
	scatter := plotting.Scatter("title", points)
	point := func(x, y float64) [][]float64 { return [][]float64{{x, y}} }
	curve := func(values ...float64) plotting.Panel {
		return plotting.Curves("title", "loss", plotting.Curve{Name: "a", Values: values})
	}
	path := func(points [][]float64) plotting.Panel {
		return plotting.Paths("title", plotting.Path{Name: "a", Points: points})
	}
	trajectories := func(states ...[][]float64) plotting.Panel {
		return plotting.Trajectories("title", states)
	}
	field := func(vectors [][]float64, err error) plotting.Panel {
		return plotting.VectorField("title", -1, 1, func([][]float64) ([][]float64, error) {
			return vectors, err
		})
	}
	density := func(values []float64, err error) plotting.Panel {
		return plotting.DensityOf("title", -1, 1, func([][]float64) ([]float64, error) {
			return values, err
		})
	}
	line := func(x []float64, y ...float64) plotting.Panel {
		return plotting.Lines("title", "s", "loss", plotting.Line{Name: "a", X: x, Y: y})
	}
	dot := []float64{0}
	large := make([]float64, 300*300)
	images := func(grid plotting.ImageGrid, images ...[]float64) plotting.Panel {
		grid.Images = images
		return plotting.Images("title", grid)
	}
	nan, broken := math.NaN(), errors.New("out of order")
	for name, test := range map[string]struct {
		panel plotting.Panel
		want  string
	}{
		"no points":          {plotting.Scatter("title", nil), "no points"},
		"three dimensions":   {plotting.Scatter("title", [][]float64{{1, 2, 3}}), "[0] has 3"},
		"infinite":           {plotting.Scatter("title", point(math.Inf(1), 2)), "[0] is [+Inf 2]"},
		"too far":            {plotting.Scatter("title", point(1e308, 2)), "points[0] is [1e+308"},
		"NaN in samples":     {plotting.Samples("title", point(nan, 0), points), "[0] is [NaN 0]"},
		"limits swapped":     {scatter.Within(3, -3), "3 to -3"},
		"limits NaN":         {scatter.Within(nan, 3), "NaN to 3"},
		"limits too far":     {scatter.Within(-1e308, 1e308), "-1e+308 to 1e+308"},
		"no curves":          {plotting.Curves("title", "loss"), "no curves"},
		"an empty curve":     {curve(), `curve "a": no values`},
		"NaN in a curve":     {curve(1, nan), `curve "a": epoch 2: value NaN`},
		"too large a value":  {curve(1e308), `curve "a": epoch 1: value 1e+308`},
		"an empty line":      {line([]float64{}), `line "a": Y has no values`},
		"a short line":       {line([]float64{1}, 2, 3), `line "a": X has 1 values, Y has 2`},
		"a bent level":       {line(nil, 1, 2), "X is nil and Y has 2 values, want 1 for a level"},
		"a line from 0":      {line([]float64{0, -1}, 1, 2), "X[0] is 0, want a positive number"},
		"a line to NaN":      {line([]float64{1, 2}, 1, nan), `line "a": Y[1] is NaN`},
		"an infinite line":   {line([]float64{1, math.Inf(1)}, 1, 2), "X[1] is +Inf"},
		"too small a level":  {line(nil, 1e-301), "Y[0] is 1e-301"},
		"lines over points":  {line(nil, 1).Over(points), "Over needs a panel of points"},
		"lines within":       {line(nil, 1).Within(1, 2), "axes aren't logarithmic"},
		"no paths":           {plotting.Paths("title"), "no paths"},
		"a path of a point":  {path(points[:1]), `path "a": 1 point`},
		"a path through NaN": {path([][]float64{{0, 0}, {nan, 0}}), `path "a": points[1]`},
		"one time":           {trajectories(points), "states at 1 times"},
		"a lost point":       {trajectories(points, points[:4]), "4 points at time 1, want 5"},
		"a path to NaN":      {trajectories(point(1, 2), point(1, nan)), "time 1: points[0]"},
		"no velocity":        {plotting.VectorField("title", -1, 1, nil), "velocity is nil"},
		"a failing velocity": {field(nil, broken), "velocity: out of order"},
		"a short velocity":   {field(ring(224, 1, 0), nil), "224 vectors for 225 points"},
		"NaN in a velocity":  {field(slices.Repeat(point(0, nan), 225), nil), "vectors[0] is"},
		"a velocity of 0":    {field(slices.Repeat(point(0, 0), 225), nil), "0 everywhere"},
		"a narrow velocity":  {plotting.VectorField("title", 1, 1, outwards), "1 to 1"},
		"over nothing":       {scatter.Over(nil), "no points"},
		"over NaN":           {scatter.Over(point(0, nan)), "points[0] is [0 NaN]"},
		"curves over points": {curve(1).Over(points), "Over needs a panel of points"},
		"a density over points": {
			plotting.Density("title", points, -1, 1).Over(points), "Over needs a panel of points",
		},
		"no points to count": {plotting.Density("title", nil, -1, 1), "no points"},
		"NaN to count":       {plotting.Density("title", point(nan, 0), -1, 1), "[0] is [NaN 0]"},
		"a swapped density":  {plotting.Density("title", points, 1, -1), "1 to -1"},
		"no density":         {plotting.DensityOf("title", -1, 1, nil), "density is nil"},
		"a failing density":  {density(nil, broken), "density: out of order"},
		"a short density":    {density([]float64{1}, nil), "1 values for 6400 points"},
		"a density without cells": {
			plotting.Density("title", points, -4, 4).Within(0.01, 0.24),
			"0.01 to 0.24: want room for 2 by 2 cells",
		},
		"a density elsewhere": {
			plotting.DensityOf("title", -4, 4, gaussian).Within(5, 6), "0.1 wide, from -4 to 4",
		},
		"no images": {plotting.Images("title", plotting.ImageGrid{}), "no images"},
		"too many images": {images(plotting.ImageGrid{}, make([][]float64, 1001)...),
			"1001 images, want at most 1000"},
		"large images": {images(plotting.ImageGrid{}, slices.Repeat([][]float64{large}, 720)...),
			"72 × 10 images of 300 × 300 pixels make 64.8 million pixels, want at most 64 million"},
		"a wide grid": {images(plotting.ImageGrid{Columns: 1000}, large),
			"1 × 1000 images of 300 × 300 pixels make 90.0 million pixels"},
		"no square image": {images(plotting.ImageGrid{}, make([]float64, 785)), "785 values"},
		"an empty image":  {images(plotting.ImageGrid{}, nil), "images[0] has 0 values"},
		"a short image": {images(plotting.ImageGrid{}, make([]float64, 9), make([]float64, 8)),
			"images[1] has 8 values, want 9 = 3 high · 3 wide · 1 channels"},
		"a wrong height": {images(plotting.ImageGrid{Height: 4, Width: 2}, make([]float64, 9)),
			"images[0] has 9 values, want 8 = 4 high · 2 wide"},
		"a height alone": {images(plotting.ImageGrid{Height: 3}, make([]float64, 9)),
			"Height is 3 and Width is 0"},
		"a negative size": {images(plotting.ImageGrid{Height: -3, Width: -3}, make([]float64, 9)),
			"Height is -3 and Width is -3"},
		"two channels": {images(plotting.ImageGrid{Channels: 2}, make([]float64, 8)),
			"Channels is 2, want 1 or 3"},
		"negative columns": {images(plotting.ImageGrid{Columns: -1}, make([]float64, 9)),
			"Columns is -1"},
		"many columns": {images(plotting.ImageGrid{Columns: math.MaxInt}, make([]float64, 9)),
			"want 1 to 1000"},
		"a huge size": {images(plotting.ImageGrid{Height: 1 << 32, Width: 1 << 32}, nil),
			"images[0] has 0 values"},
		"NaN in an image": {images(plotting.ImageGrid{}, []float64{0}, []float64{nan}),
			"images[1][0] is NaN"},
		"infinity in an image": {images(plotting.ImageGrid{}, []float64{math.Inf(-1)}),
			"images[0][0] is -Inf"},
		"a missing row label": {
			images(plotting.ImageGrid{Columns: 1, RowLabels: []string{"a"}}, dot, dot),
			"1 RowLabels for 2 rows",
		},
		"too many column labels": {
			images(plotting.ImageGrid{Columns: 1, ColumnLabels: []string{"a", "b"}}, dot, dot),
			"2 ColumnLabels for 1 columns",
		},
		"images within limits": {images(plotting.ImageGrid{}, dot).Within(-1, 1), "Within needs"},
		"images over points":   {images(plotting.ImageGrid{}, dot).Over(points), "Over needs"},
		"a negative density":   {density(append(make([]float64, 6399), -1), nil), "0.9875): -1"},
		"epochs missing": {plotting.Curves("title", "loss",
			plotting.Curve{Name: "a", Values: []float64{1, 2}, Epochs: []int{10}},
		), `curve "a": 2 values at 1 epochs`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.panel.Figure().PNG()
			checkError(t, err, `plotting: panel "title": `, test.want)
		})
	}
}

func TestFigureErrors(t *testing.T) {
	scatter := plotting.Scatter("points", ring(5, 1, 0))
	empty := func(title string) plotting.Panel { return plotting.Scatter(title, nil) }
	row := slices.Repeat([]plotting.Panel{scatter}, 120)
	for name, test := range map[string]struct {
		figure plotting.Figure
		wants  []string
	}{
		"the zero figure": {plotting.Figure{}, []string{"empty figure"}},
		"no panels":       {plotting.Grid(), []string{"without panels"}},
		"a zero panel":    {plotting.Row(scatter, plotting.Panel{}), []string{"row 0, column 1"}},
		"a cut row":       {plotting.Grid(row, row[1:]), []string{"row 1", "119 pan", "has 120"}},
		"two errors":      {plotting.Row(empty("one"), empty("two")), []string{`"one"`, `"two"`}},
		"too many panels": {plotting.Grid(slices.Repeat([][]plotting.Panel{row}, 120)...),
			[]string{"120 × 120 panels", "at most 100 million"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.figure.PNG()
			checkError(t, err, test.wants...)
			_, err = test.figure.SVG()
			checkError(t, err, test.wants...)
			checkError(t, test.figure.Save(filepath.Join(t.TempDir(), "figure.svg")), test.wants...)
		})
	}
	figure := scatter.Figure()
	checkError(t, figure.Save("figure.pdf"), "figure.pdf", ".png or .svg")
	checkError(t, figure.Save(filepath.Join(t.TempDir(), "no", "folder.png")), "folder.png")
	checkError(t, figure.Display(), "Save")
}

func TestAnimationErrors(t *testing.T) {
	panel := plotting.Scatter("points", ring(5, 1, 0))
	frame, broken := panel.Figure(), plotting.Scatter("broken", nil).Figure()
	animate := func(frames ...plotting.Figure) plotting.Animation {
		return plotting.Animation{Frames: frames}
	}
	delayed := func(delay time.Duration) plotting.Animation {
		return plotting.Animation{Frames: []plotting.Figure{frame}, Delay: delay}
	}
	for name, test := range map[string]struct {
		animation plotting.Animation
		wants     []string
	}{
		"no frames":        {animate(), []string{"without frames"}},
		"a negative delay": {delayed(-time.Second), []string{"-1s"}},
		"a long delay":     {delayed(time.Hour), []string{"1h0m0s", "1m0s"}},
		"an empty frame": {animate(frame, plotting.Figure{}),
			[]string{"frame 1", "empty figure"}},
		"a broken frame": {animate(frame, broken), []string{"frame 1", `"broken"`}},
		"unequal frames": {animate(frame, plotting.Row(panel, panel)),
			[]string{"frame 1", "size"}},
		"too many frames": {animate(slices.Repeat([]plotting.Figure{frame}, 10_000)...),
			[]string{"10000 frames", "at most 100 million"}},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.animation.Save(filepath.Join(t.TempDir(), "animation.gif"))
			checkError(t, err, test.wants...)
		})
	}
	checkError(t, animate(frame).Save("animation.png"), "animation.png", ".gif")
	checkError(t, animate(frame).Display(), "Save")
}
