package plotting_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/meanflow-go/meanflow/plotting"
)

func size(t *testing.T, figure plotting.Figure) (width, height int) {
	t.Helper()
	encoded, err := figure.PNG()
	if err != nil {
		t.Fatal(err)
	}
	config, err := png.DecodeConfig(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return config.Width, config.Height
}

// A circle must be drawn as a circle, whatever else is in the figure: its extent in the picture is found
// by its colour.
func TestScalesAreEqual(t *testing.T) {
	circle := make([][]float64, 1000)
	for i := range circle {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 1000)
		circle[i] = []float64{3 * cos, 3 * sin}
	}
	for name, figure := range map[string]plotting.Figure{
		"alone":            plotting.Scatter("", circle).Figure(),
		"with a title":     plotting.Scatter("A circle", circle).Figure(),
		"within limits":    plotting.Scatter("", circle).Within(-5, 5).Figure(),
		"with a neighbour": plotting.Row(plotting.Scatter("", circle), plotting.Scatter("", [][]float64{{100, 90}}).Within(-9, 9)),
	} {
		t.Run(name, func(t *testing.T) {
			encoded, err := figure.PNG()
			if err != nil {
				t.Fatal(err)
			}
			picture, err := png.Decode(bytes.NewReader(encoded))
			if err != nil {
				t.Fatal(err)
			}
			left, right, top, bottom := math.MaxInt, 0, math.MaxInt, 0
			for y := range picture.Bounds().Dy() {
				for x := range picture.Bounds().Dx() {
					if r, _, b, _ := picture.At(x, y).RGBA(); b > r+0x2000 {
						left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
					}
				}
			}
			if width, height := right-left, bottom-top; width < 50 || math.Abs(float64(width-height)) > 3 {
				t.Errorf("the circle is %d wide and %d high", width, height)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	panel := plotting.Scatter("points", ring(10, 1, 0))
	oneWidth, oneHeight := size(t, panel.Figure())
	twoWidth, twoHeight := size(t, plotting.Row(panel, plotting.Scatter("points", ring(10, 1, 0))))
	if twoWidth < 19*oneWidth/10 || twoHeight < oneHeight*9/10 || twoHeight > oneHeight*11/10 {
		t.Errorf("one panel is %d × %d, two are %d × %d", oneWidth, oneHeight, twoWidth, twoHeight)
	}
}

func TestSVGIsXML(t *testing.T) {
	encoded, err := plotting.Samples("1 < 2 & steps", ring(50, 1, 0.1), ring(50, 1, 0)).Figure().SVG()
	if err != nil {
		t.Fatal(err)
	}
	decoder := xml.NewDecoder(bytes.NewReader(encoded))
	elements := 0
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements < 100 {
		t.Errorf("%d elements, want at least the points", elements)
	}
}

// Unusual sets of points are shown all the same.
func TestUnusualPoints(t *testing.T) {
	many := ring(1_000_000, 1, 0.1)
	for name, points := range map[string][][]float64{
		"one point":      {{3, 4}},
		"the same twice": {{0, 0}, {0, 0}},
		"far away":       {{1e9, 1e9}, {1e9 + 1, 1e9}},
		"huge":           {{-1e300, 0}, {1e300, 0}},
		"close and far":  {{8e15, 8e15}, {8e15 + 2, 8e15}},
		"one far away":   {{1e17, -1e17}},
		"tiny":           {{0, 0}, {1e-300, 0}},
		"a million":      many,
	} {
		t.Run(name, func(t *testing.T) { size(t, plotting.Scatter(name, points).Figure()) })
	}
}

// large is a grid of many panels.
func large(rows, columns int) plotting.Figure {
	grid := make([][]plotting.Panel, rows)
	for i := range grid {
		for range columns {
			grid[i] = append(grid[i], plotting.Scatter("", [][]float64{{0, 0}}))
		}
	}
	return plotting.Grid(grid...)
}

// Texts that no font has, or that are no text, do no harm.
func TestUnusualTexts(t *testing.T) {
	for _, text := range []string{"", "日本語", "\xff\xfe", "two\nlines", "\x00", strings.Repeat("long ", 200), "<&>\"'"} {
		panel := plotting.Samples(text, ring(5, 1, 0), ring(5, 1, 0))
		size(t, panel.Figure())
		curve := plotting.Curves(text, text, plotting.Curve{Name: text, Values: []float64{1, 2}}).Figure()
		size(t, curve)
		if _, err := curve.SVG(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	points := ring(5, 1, 0)
	for name, test := range map[string]struct {
		figure plotting.Figure
		wants  []string
	}{
		"no points":          {plotting.Scatter("empty", nil).Figure(), []string{`"empty"`, "no points"}},
		"three dimensions":   {plotting.Scatter("deep", [][]float64{{1, 2, 3}}).Figure(), []string{`"deep"`, "points[0] has 3"}},
		"NaN":                {plotting.Samples("odd", [][]float64{{1, 2}, {math.NaN(), 0}}, points).Figure(), []string{`"odd"`, "points[1]", "NaN"}},
		"infinite":           {plotting.Scatter("far", [][]float64{{math.Inf(1), 2}}).Figure(), []string{`"far"`, "points[0]"}},
		"too far":            {plotting.Scatter("far", [][]float64{{1e308, 2}, {-1e308, 0}}).Figure(), []string{`"far"`, "points[0]"}},
		"limits too far":     {plotting.Scatter("axes", points).Within(-1e308, 1e308).Figure(), []string{`"axes"`, "1e+308"}},
		"too large a value":  {plotting.Curves("loss", "loss", plotting.Curve{Name: "a", Values: []float64{1e308, -1e308}}).Figure(), []string{`"a"`, "epoch 1"}},
		"a field of no one":  {plotting.VectorField("field", -1, 1, nil).Figure(), []string{`"field"`, "nil"}},
		"a panel of no one":  {plotting.Row(plotting.Scatter("", points), plotting.Panel{}), []string{"panel 1 of row 0"}},
		"a figure of no one": {plotting.Figure{}, []string{"empty figure"}},
		"too many panels":    {large(100, 100), []string{"100 × 100 panels", "at most 100"}},
		"limits swapped":     {plotting.Scatter("axes", points).Within(3, -3).Figure(), []string{`"axes"`, "3 to -3"}},
		"limits NaN":         {plotting.Scatter("axes", points).Within(math.NaN(), 3).Figure(), []string{`"axes"`, "NaN"}},
		"no panels":          {plotting.Grid(), []string{"without panels"}},
		"uneven rows":        {plotting.Grid([]plotting.Panel{plotting.Scatter("", points)}, nil), []string{"row 1", "0 panels"}},
		"no curves":          {plotting.Curves("none", "loss").Figure(), []string{`"none"`, "no curves"}},
		"an empty curve":     {plotting.Curves("loss", "loss", plotting.Curve{Name: "a"}).Figure(), []string{`"loss"`, `"a"`}},
		"a curve with NaN":   {plotting.Curves("loss", "loss", plotting.Curve{Name: "a", Values: []float64{1, math.NaN()}}).Figure(), []string{`"a"`, "epoch 2"}},
		"epochs missing":     {plotting.Curves("loss", "loss", plotting.Curve{Name: "a", Values: []float64{1, 2}, Epochs: []int{10}}).Figure(), []string{`"a"`, "2 values at 1 epochs"}},
		"no paths":           {plotting.Paths("none").Figure(), []string{`"none"`, "no paths"}},
		"a path of a point":  {plotting.Paths("short", plotting.Path{Name: "a", Points: points[:1]}).Figure(), []string{`"short"`, `"a"`, "1 point"}},
		"a path through NaN": {plotting.Paths("odd", plotting.Path{Name: "a", Points: [][]float64{{0, 0}, {math.NaN(), 0}}}).Figure(), []string{`"a"`, "points[1]"}},
		"several at a time":  {plotting.Row(plotting.Scatter("first", nil), plotting.Scatter("second", nil)), []string{`"first"`, `"second"`}},
		"one time":           {plotting.Trajectories("paths", [][][]float64{points}).Figure(), []string{`"paths"`, "at 1 times"}},
		"a lost point":       {plotting.Trajectories("paths", [][][]float64{points, points[:4]}).Figure(), []string{"4 points at time 1"}},
		"a path to NaN":      {plotting.Trajectories("paths", [][][]float64{{{1, 2}}, {{1, math.NaN()}}}).Figure(), []string{"time 1", "NaN"}},
		"a field that fails": {plotting.VectorField("field", -1, 1, func([][]float64) ([][]float64, error) {
			return nil, errors.New("out of order")
		}).Figure(), []string{`"field"`, "out of order"}},
		"a short field": {plotting.VectorField("field", -1, 1, func(points [][]float64) ([][]float64, error) {
			return points[1:], nil
		}).Figure(), []string{`"field"`, "440 vectors for 441 points"}},
		"a field of nothing": {plotting.VectorField("field", -1, 1, func(points [][]float64) ([][]float64, error) {
			zeros := make([][]float64, len(points))
			for i := range zeros {
				zeros[i] = []float64{0, 0}
			}
			return zeros, nil
		}).Figure(), []string{`"field"`, "0 everywhere"}},
		"a field without room": {plotting.VectorField("field", 1, 1, nil).Figure(), []string{`"field"`, "1 to 1"}},
		"a density of no one":  {plotting.DensityOf("bell", -1, 1, nil).Figure(), []string{`"bell"`, "nil"}},
		"a density that fails": {plotting.DensityOf("bell", -1, 1, func([][]float64) ([]float64, error) {
			return nil, errors.New("out of order")
		}).Figure(), []string{`"bell"`, "the density", "out of order"}},
		"a short density": {plotting.DensityOf("bell", -1, 1, func([][]float64) ([]float64, error) {
			return []float64{1}, nil
		}).Figure(), []string{`"bell"`, "1 numbers for 6400 points"}},
		"a negative density": {plotting.DensityOf("bell", -1, 1, func(points [][]float64) ([]float64, error) {
			return append(make([]float64, len(points)-1), -1), nil
		}).Figure(), []string{`"bell"`, "-1"}},
		"an empty density":    {plotting.Density("none", nil, -1, 1).Figure(), []string{`"none"`, "no points"}},
		"a density of NaN":    {plotting.Density("odd", [][]float64{{math.NaN(), 0}}, -1, 1).Figure(), []string{`"odd"`, "points[0]"}},
		"density upside down": {plotting.Density("odd", points, 1, -1).Figure(), []string{`"odd"`, "1 to -1"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := test.figure.PNG()
			checkError(t, err, test.wants...)
			checkError(t, test.figure.Save(filepath.Join(t.TempDir(), "figure.svg")), test.wants...)
		})
	}
	figure := plotting.Scatter("", points).Figure()
	checkError(t, figure.Save("figure.pdf"), "figure.pdf", ".png or .svg")
	checkError(t, figure.Save(filepath.Join(t.TempDir(), "no", "such", "folder.png")), "folder.png")
	checkError(t, figure.Display(), "Save")
}

func TestAnimationRefuses(t *testing.T) {
	one, two := plotting.Scatter("one", ring(5, 1, 0)), plotting.Scatter("two", ring(5, 1, 0))
	for name, test := range map[string]struct {
		animation plotting.Animation
		wants     []string
	}{
		"no frames":        {plotting.Animation{}, []string{"without frames"}},
		"a negative delay": {plotting.Animation{Frames: []plotting.Figure{one.Figure()}, Delay: -time.Second}, []string{"-1s"}},
		"an endless delay": {plotting.Animation{Frames: []plotting.Figure{one.Figure()}, Delay: time.Hour}, []string{"1h0m0s", "1m0s"}},
		"too many frames":  {plotting.Animation{Frames: slices.Repeat([]plotting.Figure{one.Figure()}, 10_000)}, []string{"10000 frames", "at most 100"}},
		"an empty frame":   {plotting.Animation{Frames: []plotting.Figure{one.Figure(), {}}}, []string{"frame 1", "empty figure"}},
		"a bad frame":      {plotting.Animation{Frames: []plotting.Figure{one.Figure(), plotting.Scatter("bad", nil).Figure()}}, []string{"frame 1", `"bad"`}},
		"unequal frames":   {plotting.Animation{Frames: []plotting.Figure{one.Figure(), plotting.Row(one, two)}}, []string{"frame 1", "size"}},
	} {
		t.Run(name, func(t *testing.T) {
			checkError(t, test.animation.Save(filepath.Join(t.TempDir(), "animation.gif")), test.wants...)
		})
	}
	animation := plotting.Animation{Frames: []plotting.Figure{one.Figure()}}
	checkError(t, animation.Save("animation.png"), "animation.png", ".gif")
	checkError(t, animation.Display(), "Save")
}

// Frames of the same panels within the same limits can differ in size by rounding: one of
// these did by a pixel.
func TestAnimationOfManyFrames(t *testing.T) {
	animate := func(frames []plotting.Figure) {
		t.Helper()
		if _, err := (plotting.Animation{Frames: frames}).GIF(); err != nil {
			t.Error(err)
		}
	}
	random := rand.New(rand.NewPCG(1, 0))
	var frames []plotting.Figure
	for range 200 {
		panel := func() plotting.Panel {
			points := [][]float64{{random.NormFloat64(), random.NormFloat64()}}
			return plotting.Samples("1 point", points, points).Within(-3, 3)
		}
		frames = append(frames, plotting.Grid([]plotting.Panel{panel(), panel(), panel()}, []plotting.Panel{panel(), panel(), panel()}))
	}
	animate(frames)

	// A dot at the edge takes no room of its own.
	frames = nil
	for _, points := range [][][]float64{{{0, 0}}, {{0, -3}, {0, 3}}, {{-3, 0}, {3, 0}}} {
		panel := plotting.Samples("some points", points, points).Within(-3, 3)
		frames = append(frames, plotting.Grid([]plotting.Panel{panel, panel}, []plotting.Panel{panel, panel}))
	}
	animate(frames)
}

func checkError(t *testing.T, err error, wants ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range wants {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not name %q: %v", want, err)
		}
	}
}
