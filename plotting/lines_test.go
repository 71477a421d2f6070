package plotting

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
)

// namedLines returns a panel of lines through the same points, and of levels.
func namedLines(lines, levels []string) Panel {
	var all []Line
	for _, name := range lines {
		all = append(all, Line{Name: name, X: []float64{1, 10}, Y: []float64{2, 1}})
	}
	for _, name := range levels {
		all = append(all, Line{Name: name, Y: []float64{1}})
	}
	return Lines("", "seconds", "distance", all...)
}

// stylesByName returns the styles of lines in a figure. They must be the same in all panels.
func stylesByName(t *testing.T, f Figure) map[string]lineStyle {
	t.Helper()
	styles := make(map[string]lineStyle)
	for _, row := range f.rows {
		for _, panel := range row {
			for _, line := range panel.plotters[0].(logLines) {
				if other, ok := styles[line.name]; ok && !reflect.DeepEqual(other, line.style) {
					t.Errorf("%q has two styles: %v and %v", line.name, other, line.style)
				}
				styles[line.name] = line.style
			}
		}
	}
	return styles
}

func TestLinesOfTheSameNameLookAlike(t *testing.T) {
	panel := namedLines([]string{"c", "a"}, []string{"level"})
	figure := Grid(
		[]Panel{namedLines([]string{"a", "b", ""}, nil), panel},
		[]Panel{namedLines(nil, nil), namedLines([]string{"b", "c"}, []string{"other", "level"})})
	if _, err := figure.PNG(); err != nil {
		t.Fatal(err)
	}
	styles := stylesByName(t, figure)
	for name, style := range styles {
		for other := range styles {
			if name != other && reflect.DeepEqual(style, styles[other]) {
				t.Errorf("%q and %q look alike", name, other)
			}
		}
	}
	var names []string
	for _, entry := range figure.legend() {
		names = append(names, entry.name)
	}
	if want := []string{"a", "b", "c", "level", "other"}; !slices.Equal(names, want) {
		t.Errorf("the legend has %q, want %q", names, want)
	}
	// In a figure of its own, the panel's first line has the first style.
	if alone := stylesByName(t, panel.Figure()); !reflect.DeepEqual(alone["c"], styles["a"]) {
		t.Errorf("the first line has %v, want %v", alone["c"], styles["a"])
	}
}

func TestTwelveLinesDiffer(t *testing.T) {
	var names []string
	for i := range 13 {
		names = append(names, fmt.Sprint(i))
	}
	figure := namedLines(names[:12], names[:3]).Figure()
	if _, err := figure.PNG(); err != nil {
		t.Fatal(err)
	}
	lines := figure.rows[0][0].plotters[0].(logLines)
	for i, line := range lines {
		for _, other := range lines[:i] {
			if reflect.DeepEqual(line.style, other.style) {
				t.Errorf("%q and %q look alike", line.name, other.name)
			}
		}
	}
	for want, panel := range map[string]Panel{
		"lines with 13 names in a figure, want at most 12": namedLines(names, nil),
		"levels with 4 names in a figure, want at most 3":  namedLines(nil, names[:4]),
	} {
		_, err := panel.Figure().PNG()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v, want %q", err, want)
		}
	}
}

// TestLogarithmicAxes compares axes with decimal logarithms of the data and a margin of 6 %, at
// least 0.05.
func TestLogarithmicAxes(t *testing.T) {
	ends := []float64{10, 1000}
	for name, test := range map[string]struct {
		lines []Line
		x, y  span
	}{
		"two decades": {[]Line{{X: ends, Y: ends}}, span{0.88, 3.12}, span{0.88, 3.12}},
		"a level": {
			[]Line{{X: ends, Y: ends}, {Y: []float64{1}}}, span{0.88, 3.12}, span{-0.18, 3.18},
		},
		"a point":      {[]Line{{X: ends[:1], Y: ends[1:]}}, span{0.95, 1.05}, span{2.95, 3.05}},
		"levels alone": {[]Line{{Y: ends[:1]}}, span{0, 1}, span{0.95, 1.05}},
		"no lines":     {nil, span{0, 1}, span{0, 1}},
	} {
		panel := Lines("", "x", "y", test.lines...)
		for _, axis := range [][2]span{{panel.x, test.x}, {panel.y, test.y}} {
			got, want := axis[0], axis[1]
			if math.Abs(got.min-want.min) > 1e-12 || math.Abs(got.max-want.max) > 1e-12 {
				t.Errorf("%s: axis %v, want %v", name, got, want)
			}
		}
	}
}

func TestLogTicks(t *testing.T) {
	for _, test := range []struct {
		low, high float64 // Of the numbers.
		pixels    vg.Length
		vertical  bool
		want      string
	}{
		{0.9, 11, 400, false, "1 2 3 5 7 10"},
		{0.9, 11, 110, false, "1 2 5 10"},
		{0.9, 1100, 200, false, "1 3 10 30 100 300 1000"},
		{0.9, 1100, 120, false, "1 10 100 1000"},
		{0.002, 0.11, 300, true, "0.002 0.003 0.005 0.007 0.01 0.02 0.03 0.05 0.07 0.1"},
		{1e-300, 1e300, 400, false, "1e−300 1e−200 1e−100 1 1e+100 1e+200 1e+300"},
		// Less than a factor of 4.
		{0.97, 1.21, 300, true, "1 1.05 1.1 1.15 1.2"},
		{0.019, 0.041, 300, false, "0.02 0.025 0.03 0.035 0.04"},
		{0.019, 0.041, 80, false, "0.02 0.04"},
	} {
		low, high := math.Log10(test.low), math.Log10(test.high)
		var labels []string
		for _, mark := range (logTicks{test.vertical}).marks(low, high, test.pixels*cssPixel) {
			labels = append(labels, mark.Label)
			if mark.Value < low-1e-9 || mark.Value > high+1e-9 {
				t.Errorf("%v to %v: a tick at %v", low, high, mark.Value)
			}
		}
		if got := strings.Join(labels, " "); got != test.want {
			t.Errorf("%v to %v on %v pixels: %s, want %s",
				test.low, test.high, test.pixels, got, test.want)
		}
	}
}
