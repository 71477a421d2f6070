package plotting

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
)

// square returns a panel of samples with a title.
func square(title string) Panel {
	points := [][]float64{{-1, -1}, {1, 1}, {0.5, 0}}
	return Samples(title, points, points).Within(-2, 2)
}

// losses returns a panel of a curve.
func losses() Panel {
	return Curves("The loss", "mean loss", Curve{Name: "loss", Values: []float64{2.25, 1.5, 0.75}})
}

// digits returns a panel with a grid of images of 28 × 28 pixels.
func digits(rows, columns int) Panel {
	grid := ImageGrid{Images: make28(rows * columns), Columns: columns}
	return Images("mean flow, 1 step", grid)
}

// repeated returns a grid of one panel.
func repeated(panel Panel, rows, columns int) Figure {
	return Grid(slices.Repeat([][]Panel{slices.Repeat([]Panel{panel}, columns)}, rows)...)
}

// table returns rows [3, columns].
func table(columns int) [][]float64 {
	rows := make([][]float64, 3)
	for i := range rows {
		for j := range columns {
			rows[i] = append(rows[i], 1000.5*float64(i*i+j))
		}
	}
	return rows
}

// layouts are figures that must fit one screen.
func layouts() map[string]Figure {
	field := VectorField("u(x, r = 0, t = 0.75)", -2, 2,
		func(points [][]float64) ([][]float64, error) { return points, nil })
	manyNames := slices.Repeat([]string{"name"}, 25)
	twelve := strings.Fields("recommended drifting reflow random-pairs warm-start improved split " +
		"Lagrangian-self-distillation alpha-flow SoFlow consistency-training many-steps")
	return map[string]Figure{
		"1 × 1":        square("mean flow, 1 step").Figure(),
		"1 × 2":        repeated(square("mean flow, 1 step"), 1, 2),
		"1 × 4":        repeated(square("mean flow, 1 step"), 1, 4),
		"1 × 6":        repeated(square("mean flow, 1 step"), 1, 6),
		"1 × 8":        repeated(square("flow matching, epoch 100: 1 step"), 1, 8),
		"2 × 2":        repeated(square("mean flow, 1 step"), 2, 2),
		"2 × 3":        repeated(square("flow matching, 1 step"), 2, 3),
		"2 × 4":        repeated(square("flow matching, t = 0.6"), 2, 4),
		"2 × 4 fields": repeated(field, 2, 4),
		"2 × 6":        repeated(square("flow matching, epoch 100: 1 step"), 2, 6),
		"3 × 3":        repeated(square("mean flow, 1 step"), 3, 3),
		"4 × 2":        repeated(square("epoch 20: 1 step"), 4, 2),
		"curves":       losses().Figure(),
		"many epochs": Row(Curves("The loss", "mean loss",
			Curve{Values: []float64{2, 1}, Epochs: []int{1, 1_000_000}})),
		"narrow curves": repeated(Curves("The loss", "mean loss",
			Curve{Values: []float64{2, 1}, Epochs: []int{1, 90_000}}), 1, 6),
		"curves in a row":   repeated(losses(), 1, 3),
		"curves in a line":  repeated(losses(), 3, 1),
		"live":              Row(losses(), square("1 step"), square("5 steps")),
		"live with a field": Row(losses(), square("1 step"), field),
		"2 × 2 lines":       repeated(namedLines(twelve, twelve[:1]), 2, 2),
		"curves below": Grid([]Panel{square("1 step"), square("5 steps")},
			[]Panel{losses(), losses()}),
		"images":      repeated(digits(8, 5), 1, 5),
		"50 images":   labelled("mean flow, 1 step: a row a class", 0).Figure(),
		"many images": Images("", ImageGrid{Images: make28(1000), RowLabels: manyNames}).Figure(),
		"pairs of images": Images("Samples and their nearest training images", ImageGrid{
			Images: make28(10), ColumnLabels: []string{"sample", "nearest training image"},
		}).Figure(),
		"images of two sizes": Grid([]Panel{digits(2, 10), digits(3, 3)},
			[]Panel{digits(1, 12), digits(1, 1)}),
		"live with images":    Row(losses(), digits(8, 8), digits(8, 8)),
		"images beside field": Row(field, digits(4, 4)),
		"images below": Grid([]Panel{square("1 step"), square("5 steps"), losses()},
			[]Panel{digits(2, 4), digits(1, 10), digits(5, 2)}),
		"histograms": Histograms(nil, table(8), table(8)),
		"pairs":      PairPlot(nil, table(4), table(4)),
	}
}

// TestFiguresFitTheScreen compares the sizes of figures with 960 × 560 CSS pixels, and those of
// pictures with 1.5 dots per CSS pixel.
func TestFiguresFitTheScreen(t *testing.T) {
	for name, figure := range layouts() {
		width, height, err := figure.cssSize()
		if err != nil {
			t.Fatal(err)
		}
		if width > 960 || height > 560 {
			t.Errorf("%s: %d × %d CSS pixels", name, width, height)
		}
		if strings.HasPrefix(name, "1 × 1") || strings.HasPrefix(name, "curves in a row") {
			encoded, err := figure.PNG()
			if err != nil {
				t.Fatal(err)
			}
			config, err := png.DecodeConfig(bytes.NewReader(encoded))
			if err != nil {
				t.Fatal(err)
			}
			if 2*config.Width != 3*width || 2*config.Height != 3*height {
				t.Errorf("%s: %d × %d dots for %d × %d CSS pixels",
					name, config.Width, config.Height, width, height)
			}
		}
	}
	// Figures that can't fit: their width still does, except for very many columns.
	for name, figure := range map[string]Figure{
		"5 × 2": repeated(square("1 step"), 5, 2),
		"pairs": PairPlot(nil, table(8), nil),
	} {
		if width, _, err := figure.cssSize(); err != nil || width > 960 {
			t.Errorf("%s: %d CSS pixels wide, error %v", name, width, err)
		}
	}
	if _, _, err := (Figure{}).cssSize(); err == nil {
		t.Error("an empty figure has a size")
	}
}

// TestTextHasOneSize reads the sizes of all text in SVG documents, in points of 4/3 CSS pixels.
func TestTextHasOneSize(t *testing.T) {
	for name, figure := range layouts() {
		document, err := figure.SVG()
		if err != nil {
			t.Fatal(err)
		}
		sizes := regexp.MustCompile(`font-size:([\d.]+)px`).FindAllSubmatch(document, -1)
		if len(sizes) == 0 {
			t.Fatal("no text")
		}
		for _, match := range sizes {
			// 12 CSS pixels, and 13 for titles.
			if size := string(match[1]); size != "9" && size != "9.75" {
				t.Errorf("%s: text of %s points", name, size)
			}
		}
	}
}

// TestDataAreas checks that squares are square and equally large, and large enough to be read, that
// curves beside them have their height, and that no data areas overlap.
func TestDataAreas(t *testing.T) {
	for name, figure := range layouts() {
		l := figure.layOut()
		var areas []vg.Rectangle
		side := vg.Length(0)
		for i, row := range l.panels {
			for j, panel := range row {
				if panel.isEmpty() {
					continue
				}
				area := l.dataArea(i, j)
				size := area.Size()
				if panel.square && math.Abs(float64(size.X-size.Y)) > 1e-6 {
					t.Errorf("%s: a square of %v × %v", name, size.X, size.Y)
				}
				if panel.square && side == 0 {
					side = size.X
				}
				if panel.square && math.Abs(float64(side-size.X)) > 1e-6 {
					t.Errorf("%s: squares of %v and %v", name, side, size.X)
				}
				if size.X < 90*cssPixel || panel.images == nil && size.Y < 72*cssPixel-1e-6 {
					t.Errorf("%s: a data area of %v × %v", name, size.X, size.Y)
				}
				left, right := panel.sideRoom(size.X, size.Y)
				outer := vg.Rectangle{ // With axes and title.
					Min: area.Min.Sub(vg.Point{X: left, Y: panel.axisHeight()}),
					Max: area.Max.Add(vg.Point{X: right, Y: panel.titleHeight(size.X)}),
				}
				if outer.Min.X < 0 || outer.Max.X > l.width || outer.Min.Y < -l.height ||
					outer.Max.Y > 0 {
					t.Errorf("%s: a panel at %v, outside of the figure", name, outer)
				}
				for _, other := range areas {
					if overlap(outer, other, 0) {
						t.Errorf("%s: panels at %v and %v overlap", name, outer, other)
					}
				}
				areas = append(areas, outer)
			}
		}
	}
	l := layouts()["live"].layOut()
	curve, beside := l.dataArea(0, 0).Size(), l.dataArea(0, 1).Size()
	if math.Abs(float64(curve.Y-beside.Y)) > 1e-6 || curve.X <= beside.X {
		t.Errorf("the curve has %v, the square beside it %v", curve, beside)
	}
	if beside.X < 200*cssPixel {
		t.Errorf("squares beside a curve have an edge of %v points", beside.X)
	}
}

// label is a line of text that isn't turned, and where it is.
type label struct {
	text  string
	place vg.Rectangle
}

// labels returns the lines of text of a figure that aren't turned.
func labels(t *testing.T, figure Figure) []label {
	t.Helper()
	width, height, err := figure.size(pictureDPI)
	if err != nil {
		t.Fatal(err)
	}
	var recorded recorder.Canvas
	figure.draw(draw.NewCanvas(&recorded, width, height))
	var found []label
	turned := []bool{false}
	for _, action := range recorded.Actions {
		switch action := action.(type) {
		case *recorder.Push:
			turned = append(turned, turned[len(turned)-1])
		case *recorder.Pop:
			turned = turned[:len(turned)-1]
		case *recorder.Rotate:
			turned[len(turned)-1] = true
		case *recorder.FillString:
			if turned[len(turned)-1] || action.String == "" {
				continue
			}
			size := vg.Point{
				X: textWidth(action.String, float64(action.Font.Size/cssPixel)),
				Y: 0.7 * action.Font.Size, // Of capital letters and digits.
			}
			found = append(found, label{action.String,
				vg.Rectangle{Min: action.Point, Max: action.Point.Add(size)}})
		}
	}
	return found
}

// overlap reports whether rectangles overlap, or come closer than a distance along x.
func overlap(a, b vg.Rectangle, distance vg.Length) bool {
	return a.Min.X < b.Max.X+distance && b.Min.X < a.Max.X+distance &&
		a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}

// dataAreas returns the data areas of all panels, relative to the figure's upper left corner.
func dataAreas(figure Figure) []vg.Rectangle {
	var areas []vg.Rectangle
	l := figure.layOut()
	for i := range l.rows {
		for j := range l.columns {
			areas = append(areas, l.dataArea(i, j))
		}
	}
	return areas
}

// TestTextsDontOverlap draws figures on a canvas that records what is drawn, and compares the
// places of all texts with each other and with the figure.
func TestTextsDontOverlap(t *testing.T) {
	for name, figure := range layouts() {
		width, height, err := figure.size(pictureDPI)
		if err != nil {
			t.Fatal(err)
		}
		all := labels(t, figure)
		if len(all) < 4 {
			t.Errorf("%s: %d texts", name, len(all))
		}
		for i, a := range all {
			if a.place.Min.X < 0 || a.place.Max.X > width ||
				a.place.Min.Y < 0 || a.place.Max.Y > height {
				t.Errorf("%s: %q is at %v, outside of the figure", name, a.text, a.place)
			}
			for _, b := range all[:i] {
				if overlap(a.place, b.place, 1) {
					t.Errorf("%s: %q overlaps %q at %v", name, a.text, b.text, b.place)
				}
			}
			for _, area := range dataAreas(figure) {
				if overlap(a.place, area.Add(vg.Point{Y: height}), 1) {
					t.Errorf("%s: %q at %v is in the data area %v", name, a.text, a.place, area)
				}
			}
		}
	}
}

// TestNumbersOnce has one panel in a row, and one in a column, with the numbers of shared axes.
func TestNumbersOnce(t *testing.T) {
	hasNumbers := func(panel Panel) [2]bool {
		return [2]bool{panel.xTicks.(ticks).labels, panel.yTicks.(ticks).labels}
	}
	panels := Grid([]Panel{losses(), square(""), square("")},
		[]Panel{square(""), square(""), losses()}).sharingAxes()
	for at, want := range map[[2]int][2]bool{
		{0, 1}: {false, true}, {0, 2}: {true, false}, {1, 0}: {true, true}, {1, 1}: {true, false},
	} {
		if got := hasNumbers(panels[at[0]][at[1]]); got != want {
			t.Errorf("row %d, column %d: numbers on x and y: %v, want %v", at[0], at[1], got, want)
		}
	}
}

// TestTitlesAreWrapped compares the lines of titles over panels that are narrow. A letter is about
// 7 CSS pixels wide.
func TestTitlesAreWrapped(t *testing.T) {
	for title, want := range map[string][]string{
		"":                               nil,
		"mean flow":                      {"mean flow"},
		"flow matching, epoch 3":         {"flow matching,", "epoch 3"},
		"step 1, of flow match":          {"step 1,", "of flow match"},
		"step 1: of flow match":          {"step 1:", "of flow match"},
		"epoch 1000: flow matching":      {"epoch 1000:", "flow matching"},
		"u(x, t, r), a, with many":       {"u(x, t, r),", "a, with many"},
		"no comma in this title":         {"no comma in", "this title"},
		"abc, no comma where it is best": {"abc, no comma", "where it is best"},
		"two\nlines":                     {"two lines"},
		"MMMMMMMMMMMMMMMMMMMMMMMM":       {"MMMMMMMM…"},
		strings.Repeat("many words ", 9): {"many words m…", "words many w…"},
	} {
		const width = 100 * cssPixel
		got := wrapped(title, "", titleSize, width)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
		for _, line := range got {
			if textWidth(line, titleSize) > width {
				t.Errorf("%q is wider than 100 pixels", line)
			}
		}
	}
	if got, want := wrapped("a rather long name", " (1e6)", titleSize, 100*cssPixel),
		[]string{"a rather long", "name (1e6)"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestLegendIsWrapped has more names than a line holds.
func TestLegendIsWrapped(t *testing.T) {
	var curves []Curve
	for i := range 12 {
		name := fmt.Sprintf("the curve %d", i)
		curves = append(curves, Curve{Name: name, Values: []float64{1, 2}})
	}
	figure := Curves("", "", curves...).Figure()
	l := figure.layOut()
	lines := figure.legendLines(l.width - 2*margin)
	if len(lines) != l.legendLines || len(lines) < 2 {
		t.Errorf("%d lines with room for %d", len(lines), l.legendLines)
	}
	names := 0
	for _, line := range lines {
		width := -entryGap
		for _, entry := range line {
			width += entryGap + entry.width()
			names++
		}
		if width > l.width-2*margin {
			t.Errorf("a line of %v points in a figure of %v", width, l.width)
		}
	}
	if names != len(curves) {
		t.Errorf("%d names, want %d", names, len(curves))
	}
}

// TestEvenly chooses some of many values.
func TestEvenly(t *testing.T) {
	values := []int{0, 1, 2, 3, 4, 5, 6, 7}
	for n, want := range map[int][]int{9: values, 8: values, 4: {0, 2, 4, 6}, 3: {0, 2, 5}, 0: {}} {
		if got := evenly(values, n); !slices.Equal(got, want) {
			t.Errorf("%d of 8: %v, want %v", n, got, want)
		}
	}
}

// TestLiveFigureKeepsItsSize draws a row of a curve and squares with numbers of different lengths.
func TestLiveFigureKeepsItsSize(t *testing.T) {
	var first layout
	for i, values := range [][]float64{{1}, {2.5, 0.5}, {0.015, 0.01}, {12_000, 10}, {1e5, 1e-7}} {
		for _, epoch := range []int{1, 30, 99_000} {
			curve := Curve{Values: values, Epochs: []int{epoch, 2 * epoch}[:len(values)]}
			panel := Curves("The loss", "loss", curve)
			l := Row(panel, square("1 step"), square("5 steps")).layOut()
			if i == 0 && epoch == 1 {
				first = l
			}
			if l.width != first.width || l.height != first.height ||
				l.columns[1].data != first.columns[1].data {
				t.Errorf("%v at epoch %d: squares of %v points in %v × %v, before %v in %v × %v",
					values, epoch, l.columns[1].data, l.width, l.height,
					first.columns[1].data, first.width, first.height)
			}
		}
	}
}

// TestDotsOfSmallPanels counts the dots of 4,000 samples over one point in panels of different
// sizes: one for 12 square pixels.
func TestDotsOfSmallPanels(t *testing.T) {
	samples := slices.Repeat([][]float64{{0, 0}}, 4000)
	panel := Samples("", samples, samples[:1]).Within(-1, 1)
	for columns, figure := range map[int]Figure{1: panel.Figure(), 6: repeated(panel, 1, 6)} {
		document, err := figure.SVG()
		if err != nil {
			t.Fatal(err)
		}
		edge := float64(figure.layOut().columns[0].data / cssPixel)
		want := min(4000, int(edge*edge/12))
		// Only samples are translucent.
		got := bytes.Count(document, []byte("fill-opacity"))
		if got != columns*want {
			t.Errorf("%d dots in %d columns, want %d in each", got, columns, want)
		}
	}
}

// TestCellsInside finds the cells of a density that are wholly inside of narrower axes.
func TestCellsInside(t *testing.T) {
	for axis, want := range map[span][2]int{ // Cells are 0.1 wide.
		{-4, 4}: {0, 80}, {-9, 9}: {0, 80}, {-1, 1}: {30, 50}, {-0.95, 1.05}: {31, 50},
		{5, 6}: {80, 0},
	} {
		if from, to := newCells(-4, 4, 80).inside(axis); from != want[0] || to != want[1] {
			t.Errorf("%v: cells %d to %d, want %v", axis, from, to, want)
		}
	}
}
