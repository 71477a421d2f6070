package plotting

import (
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/plot/vg"
)

// labelled returns a panel with 5 images for each of 10 digits.
func labelled(title string, first int) Panel {
	var names []string
	for digit := range 10 {
		names = append(names, strconv.Itoa(first+digit))
	}
	return Images(title, ImageGrid{Images: make28(50), RowLabels: names})
}

// texts returns how often each text is in a figure.
func texts(t *testing.T, figure Figure) map[string]int {
	t.Helper()
	found := make(map[string]int)
	for _, label := range labels(t, figure) {
		found[label.text]++
	}
	return found
}

// TestRowLabels finds the label of each row at the height of the row's middle, on the left of the
// grid.
func TestRowLabels(t *testing.T) {
	figure := labelled("a", 0).Figure()
	l := figure.layOut()
	area := l.dataArea(0, 0).Add(vg.Point{Y: l.height})
	found := 0
	for _, label := range labels(t, figure) {
		digit, err := strconv.Atoi(label.text)
		if err != nil {
			continue
		}
		found++
		row := area.Max.Y - (vg.Length(digit)+0.5)*area.Size().Y/10
		middle := (label.place.Min.Y + label.place.Max.Y) / 2
		if math.Abs(float64(middle-row)) > 2*float64(cssPixel) {
			t.Errorf("%q is at a height of %v, its row at %v", label.text, middle, row)
		}
		if label.place.Max.X > area.Min.X || label.place.Max.X < area.Min.X-10*cssPixel {
			t.Errorf("%q is at %v, the grid at %v", label.text, label.place, area)
		}
	}
	if found != 10 {
		t.Errorf("%d labels, want 10", found)
	}
}

// TestLabelsAreNotRepeated counts the labels of figures with several grids.
func TestLabelsAreNotRepeated(t *testing.T) {
	columns := func(names ...string) Panel {
		return Images("", ImageGrid{Images: make28(len(names)), ColumnLabels: names})
	}
	above := func(above, below Panel) Figure { return Grid([]Panel{above}, []Panel{below}) }
	for name, test := range map[string]struct {
		figure Figure
		text   string
		want   int
	}{
		"the same rows":       {Row(labelled("", 0), labelled("", 0), labelled("", 0)), "7", 1},
		"other rows":          {Row(labelled("", 0), labelled("", 1)), "7", 2},
		"rows above":          {above(labelled("", 0), labelled("", 0)), "7", 2},
		"rows beside a curve": {Row(losses(), labelled("", 10)), "17", 1},
		"the same columns":    {above(columns("a", "b"), columns("a", "b")), "a", 1},
		"other columns":       {above(columns("a", "b"), columns("a", "c")), "a", 2},
		"columns beside":      {Row(columns("a", "b"), columns("a", "b")), "a", 2},
	} {
		if got := texts(t, test.figure)[test.text]; got != test.want {
			t.Errorf("%s: %q is there %d times, want %d", name, test.text, got, test.want)
		}
	}
}

// make28 returns n images [n][28·28] of grey.
func make28(n int) [][]float64 {
	return slices.Repeat([][]float64{make([]float64, 28*28)}, n)
}

// TestLongLabels wraps labels of columns in two lines, and shortens others that are too long.
func TestLongLabels(t *testing.T) {
	figure := Images("", ImageGrid{
		Images: make28(2), ColumnLabels: []string{"sample", "nearest training image"},
	}).Figure()
	found := texts(t, figure)
	for _, want := range []string{"sample", "nearest", "training image"} {
		if found[want] != 1 {
			t.Errorf("no %q in %v", want, found)
		}
	}
	const long = "a label that is far too long for the row beside it"
	row := Images("", ImageGrid{Images: make28(1), RowLabels: []string{long}})
	if width := row.rowLabelsWidth(); width > maxRowLabel+labelRoom {
		t.Errorf("a label of %v", width)
	}
	if found := texts(t, row.Figure()); found[long] != 0 || len(found) != 1 {
		t.Errorf("the labels are %v", found)
	}
}

// TestImagesHaveOneScale compares the scales of all images of a figure, and checks that each grid
// is within its data area, and in as large a scale as the figure's width and height allow.
func TestImagesHaveOneScale(t *testing.T) {
	for name, figure := range layouts() {
		l := figure.layOut()
		factor := 0.0
		for _, panel := range l.all() {
			if panel.images == nil {
				continue
			}
			if factor != 0 && panel.factor != factor {
				t.Errorf("%s: scales of %v and %v", name, factor, panel.factor)
			}
			factor = panel.factor
			if !(factor > 0) || factor >= 2 && factor != math.Trunc(factor) {
				t.Errorf("%s: %v dots per pixel", name, factor)
			}
		}
		if !l.fitsImages() {
			t.Errorf("%s: a grid doesn't fit into its data area", name)
		}
	}
	for name, test := range map[string]struct {
		figure Figure
		want   float64
	}{
		// An edge of 28 pixels is at most 144 dots long: 5 · 28 = 140.
		"one image": {digits(1, 1).Figure(), 5},
		// 5 · 10 · 28 + 9 · 3 = 1,427 dots are more than 944 CSS pixels, 1,416 dots.
		"a strip": {digits(1, 10).Figure(), 4},
		// 3 · 10 · 28 + 9 · 3 = 867 dots are more than 560 CSS pixels, 840 dots.
		"100 images": {digits(10, 10).Figure(), 2},
	} {
		l := test.figure.layOut()
		if got := l.panels[0][0].factor; got != test.want {
			t.Errorf("%s: %v dots per pixel, want %v", name, got, test.want)
		}
	}
	// Five panels fill the width but for rounding.
	l := layouts()["images"].layOut()
	if l.width < maxWidth-3*cssPixel {
		t.Errorf("five panels are %v wide, want nearly %v", l.width, maxWidth)
	}
}

// TestLiveFigureWithImagesKeepsItsSize draws a grid beside a curve with numbers of several lengths.
func TestLiveFigureWithImagesKeepsItsSize(t *testing.T) {
	var first layout
	for i, values := range [][]float64{{1}, {2.5, 0.5}, {12_000, 10}, {1e5, 1e-7}} {
		curves := Curves("The loss", "loss", Curve{Values: values})
		l := Row(curves, digits(8, 8), digits(8, 8)).layOut()
		if i == 0 {
			first = l
		}
		if l.width != first.width || l.height != first.height ||
			l.panels[0][1].factor != first.panels[0][1].factor {
			t.Errorf("%v: %v × %v, before %v × %v", values, l.width, l.height,
				first.width, first.height)
		}
	}
}
