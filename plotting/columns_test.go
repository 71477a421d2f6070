package plotting_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// columnFigures are the figures of the columns of a table.
var columnFigures = map[string]func(names []string, data, samples [][]float64) plotting.Figure{
	"Histograms": plotting.Histograms,
	"PairPlot":   plotting.PairPlot,
}

// svg returns the SVG document of a figure.
func svg(t *testing.T, figure plotting.Figure) string {
	t.Helper()
	encoded, err := figure.SVG()
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// texts returns the texts of a figure, from left to right and top to bottom or upwards.
func texts(t *testing.T, figure plotting.Figure) []string {
	t.Helper()
	var found []string
	for _, match := range regexp.MustCompile(`>([^<>\n]+)</text>`).FindAllStringSubmatch(
		svg(t, figure), -1) {
		found = append(found, match[1])
	}
	return found
}

// of returns a table with one column.
func of(values ...float64) [][]float64 {
	rows := make([][]float64, len(values))
	for i, value := range values {
		rows[i] = []float64{value}
	}
	return rows
}

func TestColumnsErrors(t *testing.T) {
	wide := func(columns int) [][]float64 { return [][]float64{make([]float64, columns)} }
	for name, test := range map[string]struct {
		names         []string
		data, samples [][]float64
		want          string
	}{
		"no data":         {nil, nil, of(1), "data is empty"},
		"no columns":      {nil, wide(0), nil, "data is empty"},
		"41 columns":      {nil, wide(41), nil, "data has 41 columns, want at most"},
		"one name":        {[]string{"a"}, wide(2), nil, "names has 1 names, want 2"},
		"a short row":     {nil, append(wide(2), wide(1)...), nil, "data[1] has 1 numbers, want 2"},
		"a long sample":   {nil, wide(2), wide(3), "samples[0] has 3 numbers, want 2"},
		"NaN in data":     {nil, of(1, math.NaN()), nil, "data[1][0] is NaN"},
		"an infinity":     {nil, of(1), of(math.Inf(-1)), "samples[0][0] is -Inf"},
		"too far":         {nil, of(1e301), nil, "data[0][0] is 1e+301, want a number from"},
		"names for empty": {[]string{}, of(1), nil, "names has 0 names"},
	} {
		for call, figure := range columnFigures {
			t.Run(call+" of "+name, func(t *testing.T) {
				_, err := figure(test.names, test.data, test.samples).PNG()
				checkError(t, err, "plotting: "+call+": "+test.want)
				err = figure(test.names, test.data, test.samples).Save(
					filepath.Join(t.TempDir(), "figure.svg"))
				checkError(t, err, test.want)
			})
		}
	}
	_, err := plotting.PairPlot(nil, wide(9), nil).PNG()
	checkError(t, err, "9 columns, want at most 8: choose some")
	if _, err = plotting.Histograms(nil, wide(40), nil).SVG(); err != nil {
		t.Error(err)
	}
}

// TestUnusualColumns draws columns that have hardly a range, or hardly a finite one.
func TestUnusualColumns(t *testing.T) {
	for name, test := range map[string]struct{ data, samples [][]float64 }{
		"one row":            {of(3), nil},
		"zeros":              {of(0, 0), of(0)},
		"constant":           {of(0.1, 0.1), of(5)},
		"negative constant":  {of(-0.1), of(-1e300)},
		"denormal":           {of(0, 5e-324), of(5e-324)},
		"tiny":               {of(0, 1e-300), of(1)},
		"huge":               {of(-1e300, 1e300), of(1e300)},
		"huge outside":       {of(-1e-300, 1e-300), of(-1e300, 1e300)},
		"large integers":     {of(1e15, 1e15+3), of(1e15)},
		"too large integers": {of(1e17, 1e17+64), of(1e17)},
		"close and far":      {of(1e9, 1e9+1e-6), of(1e9)},
		"rounded steps":      {of(0.1, 0.3, 0.7), of(0.7)},
	} {
		for call, figure := range columnFigures {
			t.Run(call+" of "+name, func(t *testing.T) {
				svg(t, figure(nil, test.data, test.samples))
			})
		}
	}
}

// TestHistogramHeights compares the outlines of histograms, in SVG, with the shares of the bins by
// hand.
func TestHistogramHeights(t *testing.T) {
	for name, test := range map[string]struct {
		data, samples [][]float64
		// The heights of the bins, as shares of the highest.
		ofData, ofSamples []float64
	}{
		// A bin for each of 0, 1 and 2, and one more for the samples 3.
		"integers": {of(0, 0, 1, 2), of(1.2, 3), []float64{1, 0.5, 0.5, 0}, []float64{0, 1, 0, 1}},
		// Half of the samples are further outside than the data's range.
		"far outside": {of(0, 1), of(0, 100), []float64{1, 1, 0, 0}, []float64{1, 0, 0, 0}},
		"few": {of(0, 6), of(6),
			[]float64{1, 0, 0, 0, 0, 0, 1}, []float64{0, 0, 0, 0, 0, 0, 1}},
		// The last edge is the maximum, whatever the rounding.
		"real": {of(0.3, 1.9), of(1.9), []float64{1, 0, 0, 0, 1}, []float64{0, 0, 0, 0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			figure := plotting.Histograms(nil, test.data, test.samples)
			for _, want := range [][]float64{test.ofData, test.ofSamples} {
				found := slices.ContainsFunc(paths(t, figure), func(path [][]float64) bool {
					return len(path) >= 2*len(want)+2 && slices.Equal(heights(path), want)
				})
				if !found {
					t.Errorf("no outline has the heights %v", want)
				}
			}
		})
	}
}

// paths returns the points of the paths of a figure, [paths, points, 2].
func paths(t *testing.T, figure plotting.Figure) [][][]float64 {
	t.Helper()
	var found [][][]float64
	document := svg(t, figure)
	for _, path := range regexp.MustCompile(`<path d="([^"]+)"`).FindAllString(document, -1) {
		var points [][]float64
		point := regexp.MustCompile(`[ML]([-\d.e]+),([-\d.e]+)`)
		for _, match := range point.FindAllStringSubmatch(path, -1) {
			x, errX := strconv.ParseFloat(match[1], 64)
			y, errY := strconv.ParseFloat(match[2], 64)
			if err := errors.Join(errX, errY); err != nil {
				t.Fatal(err)
			}
			points = append(points, []float64{x, y})
		}
		found = append(found, points)
	}
	return found
}

// heights returns the heights of the bins of an outline, as shares of the highest.
func heights(path [][]float64) []float64 {
	highest := 0.0
	for _, point := range path {
		highest = max(highest, point[1]-path[0][1])
	}
	var shares []float64
	for i := 1; i+1 < len(path); i += 2 {
		shares = append(shares, math.Round(100*(path[i][1]-path[0][1])/highest)/100)
	}
	return shares
}

// TestColumnsStayInside has numbers and names that are wider than a panel's share of the figure
// leaves beside them: gonum could draw panels outside of the figure.
func TestColumnsStayInside(t *testing.T) {
	data := make([][]float64, 2)
	for i := range data {
		for range 8 {
			data[i] = append(data[i], 12345.1+0.8*float64(i))
		}
	}
	names := slices.Repeat([]string{"a name that is long"}, 8)
	for call, figure := range columnFigures {
		encoded, err := figure(names, data, nil).SVG()
		if err != nil {
			t.Fatal(err)
		}
		var width, height float64
		size := regexp.MustCompile(`width="([\d.]+)pt" height="([\d.]+)pt"`).FindSubmatch(encoded)
		if _, err := fmt.Sscan(string(size[1])+" "+string(size[2]), &width, &height); err != nil {
			t.Fatal(err)
		}
		axes := map[[2]float64]bool{} // The ends of horizontal lines.
		for _, path := range paths(t, figure(names, data, nil)) {
			for _, point := range path {
				if point[0] < 0 || point[0] > width || point[1] < 0 || point[1] > height {
					t.Fatalf("%s: a point at %v, outside of %v × %v", call, point, width, height)
				}
			}
			if len(path) == 2 && path[0][1] == path[1][1] && path[1][0]-path[0][0] > 20 {
				axes[[2]float64{math.Round(path[0][0]), math.Round(path[1][0])}] = true
			}
		}
		if want := map[string]int{"PairPlot": 8, "Histograms": 4}[call]; len(axes) != want {
			t.Errorf("%s: the axes are at %v, want %d places", call, axes, want)
		}
	}
}

// TestColumnTicks compares the numbers on an axis.
func TestColumnTicks(t *testing.T) {
	for name, test := range map[string]struct {
		data [][]float64
		want []string
	}{
		"integers":         {of(0, 1, 2), []string{"x1", "0", "1", "2"}},
		"two integers":     {of(0, 1), []string{"x1", "0", "1"}},
		"a constant":       {of(7, 7), []string{"x1", "5", "10"}},
		"small numbers":    {of(0.5e-8, 4e-8), []string{"x1 (1e−9)", "10", "20", "30", "40"}},
		"large numbers":    {of(-1.5e6, 1.5e6), []string{"x1 (1e6)", "−1", "0", "1"}},
		"far from zero":    {of(1e9+0.5, 1e9+1.25), []string{"x1 (1e9)", "1.00000"}},
		"decimal steps":    {of(0.05, 0.35), []string{"x1", "0.1", "0.2", "0.3"}},
		"widths of labels": {of(10000.5, 10001), []string{"x1", "10000.6", "10000.8"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := texts(t, plotting.Histograms(nil, test.data, nil)); !slices.Equal(
				got, test.want) {
				t.Errorf("the texts are %q, want %q", got, test.want)
			}
		})
	}
}

// TestNarrowColumnTicks has narrow panels, in which the numbers would overlap.
func TestNarrowColumnTicks(t *testing.T) {
	data := [][]float64{slices.Repeat([]float64{10000.1}, 5), slices.Repeat([]float64{10000.9}, 5)}
	want := slices.Repeat([]string{"10000.2", "10000.6"}, 5)
	got := texts(t, plotting.Histograms(make([]string, 5), data, nil))
	if !slices.Equal(got, want) {
		t.Errorf("the texts are %q, want %q", got, want)
	}
}

// TestColumnNames shortens long names, and keeps units.
func TestColumnNames(t *testing.T) {
	long := strings.Repeat("long ", 50)
	for call, figure := range columnFigures {
		got := strings.Join(texts(t, figure([]string{long, "two\nlines"},
			[][]float64{{1.5e7, 0}, {9.5e7, 1}}, [][]float64{{2e7, 1}})), "|")
		for _, want := range []string{"… (1e6)", "two lines", "target", "samples"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the texts don't contain %q: %s", call, want, got)
			}
		}
	}
	width, _ := size(t, plotting.PairPlot([]string{long, "a"}, [][]float64{{1, 2}}, nil))
	short, _ := size(t, plotting.PairPlot([]string{"b", "a"}, [][]float64{{1, 2}}, nil))
	if width != short {
		t.Errorf("a long name changes the width from %d to %d", short, width)
	}
}

// TestColumnsAreCopied changes the data before the figure is drawn.
func TestColumnsAreCopied(t *testing.T) {
	for call, figure := range columnFigures {
		names, data, samples := []string{"a", "b"}, ring(20, 1, 0), ring(30, 2, 0)
		before := figure(names, data, samples)
		encoded := encode(t, before)
		clear(names)
		for _, row := range append(data, samples...) {
			clear(row)
		}
		if !bytes.Equal(encode(t, before), encoded) {
			t.Errorf("%s: the figure has changed with its data", call)
		}
	}
}

// TestPairPlotIsBounded draws as many dots for many rows as for 1,000.
func TestPairPlotIsBounded(t *testing.T) {
	count := func(rows int) int {
		return strings.Count(svg(t, plotting.PairPlot(nil, ring(rows, 1, 0.1), nil)), "<path")
	}
	if few, some, many := count(900), count(1000), count(5000); few >= some || many > some {
		t.Errorf("%d, %d and %d paths for 900, 1000 and 5000 rows", few, some, many)
	}
}
