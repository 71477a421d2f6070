package plotting_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// size returns the width and height of a figure's picture, in dots.
func size(t *testing.T, figure plotting.Figure) (width, height int) {
	t.Helper()
	config, err := png.DecodeConfig(bytes.NewReader(encode(t, figure)))
	if err != nil {
		t.Fatal(err)
	}
	return config.Width, config.Height
}

// encode returns the PNG picture of a figure.
func encode(t *testing.T, figure plotting.Figure) []byte {
	t.Helper()
	encoded, err := figure.PNG()
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

// TestScalesAreEqual finds the extent of a circle in pictures by its blue colour: it must be as
// wide as high, whatever else is in the figure.
func TestScalesAreEqual(t *testing.T) {
	circle := make([][]float64, 1000)
	for i := range circle {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / 1000)
		circle[i] = []float64{3 * cos, 3 * sin}
	}
	// The neighbour's point is outside its limits, so that it isn't drawn.
	neighbour := plotting.Scatter("", [][]float64{{100, 90}}).Within(-9, 9)
	for name, figure := range map[string]plotting.Figure{
		"alone":            plotting.Scatter("", circle).Figure(),
		"with a title":     plotting.Scatter("A circle", circle).Figure(),
		"within limits":    plotting.Scatter("", circle).Within(-5, 5).Figure(),
		"with a neighbour": plotting.Row(plotting.Scatter("", circle), neighbour),
	} {
		t.Run(name, func(t *testing.T) {
			picture, err := png.Decode(bytes.NewReader(encode(t, figure)))
			if err != nil {
				t.Fatal(err)
			}
			left, right, top, bottom := math.MaxInt, 0, math.MaxInt, 0
			for y := range picture.Bounds().Dy() {
				for x := range picture.Bounds().Dx() {
					if r, _, b, _ := picture.At(x, y).RGBA(); b > r+0x2000 {
						left, right = min(left, x), max(right, x)
						top, bottom = min(top, y), max(bottom, y)
					}
				}
			}
			// A dot on either side may be lost to antialiasing.
			width, height := right-left, bottom-top
			if width < 50 || math.Abs(float64(width-height)) > 3 {
				t.Errorf("the circle is %d dots wide and %d high", width, height)
			}
		})
	}
}

func TestTwoPanelsAreTwiceAsWide(t *testing.T) {
	panel := plotting.Scatter("points", ring(10, 1, 0))
	oneWidth, oneHeight := size(t, panel.Figure())
	twoWidth, twoHeight := size(t, plotting.Row(panel, panel))
	// The second panel needs no room for numbers beside its axis, so both are slightly larger.
	if twoWidth < 19*oneWidth/10 || twoHeight < oneHeight*9/10 || twoHeight > oneHeight*11/10 {
		t.Errorf("one panel is %d × %d, two are %d × %d", oneWidth, oneHeight, twoWidth, twoHeight)
	}
}

func TestSVGIsXML(t *testing.T) {
	points := ring(50, 1, 0.1)
	encoded, err := plotting.Samples("1 < 2 & steps", points, points).Figure().SVG()
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
	if elements < 2*len(points) { // Each sample and each target point is an element.
		t.Errorf("%d elements, want at least %d", elements, 2*len(points))
	}
}

func TestUnusualPoints(t *testing.T) {
	for name, points := range map[string][][]float64{
		"one point":      {{3, 4}},
		"the same twice": {{0, 0}, {0, 0}},
		"far away":       {{1e9, 1e9}, {1e9 + 1, 1e9}},
		"huge":           {{-1e300, 0}, {1e300, 0}},
		"close and far":  {{8e15, 8e15}, {8e15 + 2, 8e15}},
		"one far away":   {{1e17, -1e17}},
		"tiny":           {{0, 0}, {1e-300, 0}},
		"many":           ring(100_000, 1, 0.1),
	} {
		t.Run(name, func(t *testing.T) { encode(t, plotting.Scatter(name, points).Figure()) })
	}
}

// TestUnusualTexts draws texts that are empty, long, in no font, or not text at all.
func TestUnusualTexts(t *testing.T) {
	for _, text := range []string{
		"", "日本語", "\xff\xfe", "two\nlines", "\x00", strings.Repeat("long ", 200), "<&>\"'",
	} {
		encode(t, plotting.Samples(text, ring(5, 1, 0), ring(5, 1, 0)).Figure())
		curve := plotting.Curve{Name: text, Values: []float64{1, 2}}
		figure := plotting.Curves(text, text, curve).Figure()
		encode(t, figure)
		if _, err := figure.SVG(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}
