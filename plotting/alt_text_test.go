package plotting_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/meanflow-go/meanflow/plotting"
)

// shifted returns points [n, 2] moved by by along x.
func shifted(points [][]float64, by float64) [][]float64 {
	moved := make([][]float64, len(points))
	for i, point := range points {
		moved[i] = []float64{point[0] + by, point[1]}
	}
	return moved
}

// corners are the points (±1, ±1): their centre is (0, 0), and each is √2 = 1.41 away from it.
var corners = [][]float64{{-1, -1}, {-1, 1}, {1, -1}, {1, 1}}

// alongX is the velocity u(x, y) = (x, 0), the longest at the edges.
func alongX(points [][]float64) ([][]float64, error) {
	velocity := make([][]float64, len(points))
	for i, point := range points {
		velocity[i] = []float64{point[0], 0}
	}
	return velocity, nil
}

// TestAltTextFacts compares facts in alternative texts with those known by hand.
func TestAltTextFacts(t *testing.T) {
	target := ring(1000, 1, 0.1)
	// From (1, 0) to (0, 1), and twice as far outside: π/2 long instead of √2, which is 1.11 times.
	quarter := make([][][]float64, 101)
	for i := range quarter {
		sin, cos := math.Sincos(math.Pi / 2 * float64(i) / 100)
		quarter[i] = [][]float64{{cos, sin}, {2 * cos, 2 * sin}}
	}
	curve := func(name string, values ...float64) plotting.Figure {
		return plotting.Curves("The loss", "mean loss", plotting.Curve{Name: name, Values: values}).
			Figure()
	}
	even := func(points [][]float64) ([]float64, error) {
		return slices.Repeat([]float64{3}, len(points)), nil
	}
	table := [][]float64{{0, 0, 5}, {2, 20, 3}, {4, 40, 1}}
	for name, test := range map[string]struct {
		figure plotting.Figure
		wants  []string
	}{
		"samples as the target": {plotting.Samples("one step", target, target).Figure(), []string{
			"“one step”: 1,000 samples in green over 1,000 points of the target in light blue.",
			"100 % of the samples lie where the target has points, and 100 % of the target's ",
		}},
		"samples elsewhere": {plotting.Samples("", shifted(target, 9), target).Figure(), []string{
			"1,000 samples", " 0 % of the samples lie where", " 0 % of the target's points lie",
		}},
		"half of the samples elsewhere": {
			plotting.Samples("", append(shifted(target, 9), target...), target).Figure(),
			[]string{" 50 % of the samples lie", " 100 % of the target's points lie"},
		},
		"one sample elsewhere": {
			plotting.Samples("", append(shifted(target[:1], 9), target...), target).Figure(),
			[]string{"Over 99 % of the samples lie"},
		},
		"centre and spread": {plotting.Samples("", shifted(corners, 5), corners).Figure(), []string{
			"Samples: centre (5, 0), spread 1.41; target: centre (0, 0), spread 1.41.",
		}},
		"one point": {plotting.Scatter("", [][]float64{{3, -4}}).Figure(), []string{
			"1 point in blue. It is at (3, −4)."}},
		"points": {plotting.Scatter("", corners).Within(-2, 2).Figure(), []string{
			"Both axes run from −2 to 2. 4 points in blue. They run from −1 to 1 along x and " +
				"from −1 to 1 along y; centre (0, 0), spread 1.41.",
		}},
		"arcs": {plotting.Trajectories("", quarter).Figure(), []string{
			"2 lines from noise in orange to data in blue.", "Noise: centre (1.5, 0), spread 0.5",
			"data: centre (0, 1.5)", "The lines are 1.11 times as long as straight ones.",
		}},
		"a straight line": {
			plotting.Trajectories("", [][][]float64{{{0, 0}}, {{3, 4}}}).Figure(),
			[]string{"1 line from", "It leads from (0, 0) to (3, 4). The line is straight."},
		},
		"paths": {
			plotting.Paths("",
				plotting.Path{Name: "a corner", Points: [][]float64{{0, 0}, {3, 0}, {3, 4}}},
				plotting.Path{Points: [][]float64{{1, 1}, {2, 1}}}).Figure(),
			[]string{"2 paths. “a corner” leads from (0, 0) to (3, 4), 7 long.",
				"Path 2 leads from (1, 1) to (2, 1), 1 long."},
		},
		// The centre of the first arrow's cell is 1/15 from the edge.
		"arrows": {plotting.VectorField("", -1, 1, alongX).Over(corners).Figure(), []string{
			"15 by 15 arrows on the square from −1 to 1 over 4 points of the target in light blue.",
			"The longest arrow is 0.933 at (−0.933, −0.933); the mean of all is (0, 0).",
		}},
		// Of 255, the images have 0, 0, 255, 102 and 0, 0, 0, 0.
		"images": {plotting.Images("ink", plotting.ImageGrid{
			Images:  [][]float64{{-1, -1, 1, -0.2}, {-1, -1, -2, -1}},
			Columns: 1, RowLabels: []string{"a", "b"}, ColumnLabels: []string{"one"},
		}).Figure(), []string{
			"“ink”: 2 images of 2 by 2 pixels in 2 rows of 1. Rows: “a”, “b”. Columns: “one”. " +
				"The mean brightness is 18 %, from 0 % in the darkest image to 35 % in the " +
				"brightest. 75 % of the pixels are nearly black, 13 % nearly white, and 13 % " +
				"between.",
		}},
		// Mean of 1, 0.5 and 0; a single image has no darkest one.
		"an image in colour": {plotting.Images("", plotting.ImageGrid{
			Images: [][]float64{{1, 0, -1}}, Channels: 3,
		}).Figure(), []string{
			"1 colour image of 1 by 1 pixels in 1 row of 1. The mean brightness is 50 %.",
		}},
		// 80 cells across: the point is in the one from 0.5 to 0.55.
		"the density of a point": {
			plotting.Density("", [][]float64{{0.51, -0.51}}, -2, 2).Figure(),
			[]string{"The density of 1 point on the square from −2 to 2.",
				"It is highest at (0.525, −0.525). Half of it lies in under 1 % of the square."},
		},
		"an even density": {plotting.DensityOf("", -1, 1, even).Figure(), []string{
			"Half of it lies in 50 % of the square."}},
		"no density": {plotting.Density("", [][]float64{{5, 5}}, -1, 1).Figure(), []string{
			"It is 0 everywhere."}},
		"a falling curve": {curve("", 3, 2, 2.5, 1.25), []string{
			"“The loss”: mean loss over epochs 1 to 4. It falls from its highest value, 3 at " +
				"epoch 1, to its lowest, 1.25 at epoch 4.",
		}},
		"a rising curve": {curve("a", 1, 2), []string{
			"“a” rises from its lowest value, 1 at epoch 1, to its highest, 2 at epoch 2."}},
		"a curve with a valley": {curve("a", 3, 1, 4, 2), []string{
			" starts at 3 and ends at 2; it is lowest, 1, at epoch 2 and highest, 4, at epoch 3.",
		}},
		"an even curve": {curve("a", 7), []string{"mean loss at epoch 1. “a” is 7 throughout."}},
		"a curve far from 0": {curve("a", 100.12, 100.11), []string{
			"its highest value, 100.12 at epoch 1, to its lowest, 100.11 at epoch 2."}},
		"lines": {
			plotting.Lines("digits", "seconds", "distance",
				plotting.Line{Name: "a", X: []float64{1, 20}, Y: []float64{3, 0.5}},
				plotting.Line{Name: "b", X: []float64{5}, Y: []float64{4}},
				plotting.Line{Name: "c", Y: []float64{0.25}}).Figure(),
			[]string{"“digits”: 3 lines of distance against seconds on logarithmic axes, seconds " +
				"from 1 to 20, distance from 0.25 to 4. “a” leads from 3 at 1 to 0.5 at 20. " +
				"“b” is a point, 4 at 5. “c” is dashed, at 0.25."},
		},
		"many lines": {plotting.Lines("", "", "", slices.Repeat(
			[]plotting.Line{{Name: "a", Y: []float64{1}}, {Y: []float64{2}}}, 4)...).Figure(),
			[]string{"Line 6 is dashed, at 2. And “a”, Line 8."}},
		"panels of many lines": {plotting.Row(slices.Repeat([]plotting.Panel{plotting.Lines("p",
			"seconds", "distance", slices.Repeat([]plotting.Line{
				{Name: "a", X: []float64{1, 20}, Y: []float64{3, 0.5}},
			}, 9)...)}, 4)...), []string{
			"Each panel shows 9 lines of distance against seconds on logarithmic axes",
			"Given is the lowest value. “p” 0.5, “a” at 20.",
		}},
		"empty axes": {plotting.Lines("", "seconds", "distance").Figure(),
			[]string{"Empty axes for distance against seconds on logarithmic axes."}},
		"points far from 0": {plotting.Scatter("", [][]float64{{100.11, 5}, {100.12, 6}}).Figure(),
			[]string{"They run from 100.11 to 100.12 along x and from 5 to 6 along y"}},
		"histograms far from 0": {
			plotting.Histograms(nil, [][]float64{{100.11}, {100.12}}, nil),
			[]string{"Target: 100.11 to 100.12, mean 100.115."}},
		"histograms": {
			plotting.Histograms([]string{"a", "b", "c"}, table, table[:1]),
			[]string{"3 panels in a row.", "“a”: the distribution of 3 values of the target in " +
				"blue and of 1 sample as a green line. Target: 0 to 4, mean 2; samples: always 0."},
		},
		"pairs": {plotting.PairPlot([]string{"a", "b", "c"}, table, table[:1]), []string{
			"A corner plot of 3 columns", "“a”: ", "“a and b”: ", "Target: 0 to 40, mean 20",
			"“a and b”: the points of two columns. The correlation of the target is 1.00, that " +
				"of the samples not defined.", "The correlation of the target is −1.00",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.figure.AltText()
			for _, want := range test.wants {
				if !strings.Contains(" "+got, want) {
					t.Errorf("the text does not contain %q: %s", want, got)
				}
			}
		})
	}
}

// TestAltTextOfMany groups panels of the same kind, and titles that begin alike.
func TestAltTextOfMany(t *testing.T) {
	grid := func(rows, columns int) plotting.Figure {
		var panels [][]plotting.Panel
		for i := range rows {
			panels = append(panels, nil)
			for j := range columns {
				title := fmt.Sprintf("method %d, t = %d", i+1, j+1)
				panels[i] = append(panels[i], plotting.Samples(title, corners, corners))
			}
		}
		return plotting.Grid(panels...)
	}
	got := grid(2, 4).AltText()
	for _, want := range []string{
		"2 by 4 panels.", "Each panel shows 4 samples in green over 4 points of the target",
		"“method 1”: “t = 1” 100 % and 100 %; “t = 2” 100 %", "“method 2”: “t = 1” 100 %",
	} {
		if strings.Count(got, want) != 1 {
			t.Errorf("the text does not contain %q once: %s", want, got)
		}
	}
	if strings.Contains(got, "more panel") {
		t.Errorf("the text leaves panels out: %s", got)
	}
	checkAltText(t, grid(20, 8))
	if got := grid(20, 8).AltText(); !strings.Contains(got, "more panels.") {
		t.Errorf("the text leaves no panels out: %s", got)
	}
}

// checkAltText checks that an alternative text is well-formed, and not too long.
func checkAltText(t *testing.T, figure plotting.Figure) {
	t.Helper()
	text := figure.AltText()
	if length := utf8.RuneCountInString(text); length == 0 || length > 1200 {
		t.Errorf("%d characters: %s", length, text)
	}
	if !utf8.ValidString(text) || strings.Contains(text, "  ") || strings.Contains(text, "NaN") ||
		strings.TrimSpace(text) != text || strings.ContainsAny(text, "\n\x00") {
		t.Errorf("not plain text: %q", text)
	}
	if text != figure.AltText() {
		t.Error("the text differs at the second call")
	}
}

// TestAltTextOfEverything describes figures of every kind, of unusual numbers and texts, and those
// that can't be drawn.
func TestAltTextOfEverything(t *testing.T) {
	for _, maker := range makers {
		for _, figure := range figures(maker) {
			checkAltText(t, figure)
		}
	}
	var all []plotting.Panel
	for _, maker := range makers {
		all = append(all, maker())
	}
	checkAltText(t, plotting.Grid(all, all, all))
	for _, x := range []float64{0, 5e-324, 1e-300, 1e9 + 1, 1e300} {
		points := [][]float64{{x, -x}, {-x, x}}
		checkAltText(t, plotting.Row(
			plotting.Samples("", points, points), plotting.Scatter("", points[:1]),
			plotting.Trajectories("", [][][]float64{points, points}),
			plotting.Curves("", "", plotting.Curve{Values: points[0]}),
			plotting.Paths("", plotting.Path{Points: points})))
		for _, columns := range columnFigures {
			checkAltText(t, columns(nil, points, points))
		}
	}
	for _, text := range []string{
		"\xff\xfe", "two\nlines", "\x00", strings.Repeat("long ", 999), "日本",
	} {
		panel := plotting.Samples(text, corners, corners)
		curves := plotting.Curves(text, text, plotting.Curve{Name: text, Values: []float64{1, 2}})
		checkAltText(t, panel.Figure())
		checkAltText(t, plotting.Row(panel, curves, panel, curves))
		checkAltText(t, plotting.PairPlot([]string{text, text}, corners, nil))
	}
	checkAltText(t, plotting.Figure{})
	broken := plotting.Scatter("broken", nil).Figure()
	checkAltText(t, broken)
	if got := broken.AltText(); !strings.Contains(got, `panel "broken": no points`) {
		t.Errorf("the text doesn't say why the figure can't be drawn: %s", got)
	}
}
