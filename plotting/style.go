package plotting

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// The palette of Okabe and Ito ("Color Universal Design", 2008), without its black and yellow.
var palette = []color.NRGBA{
	{0x00, 0x72, 0xb2, 0xff}, // Blue.
	{0xd5, 0x5e, 0x00, 0xff}, // Vermilion.
	{0x00, 0x9e, 0x73, 0xff}, // Bluish green.
	{0xcc, 0x79, 0xa7, 0xff}, // Reddish purple.
	{0xe6, 0x9f, 0x00, 0xff}, // Orange.
	{0x56, 0xb4, 0xe9, 0xff}, // Sky blue.
}

var (
	targetColor  = palette[0]
	samplesColor = palette[2]
	noiseColor   = palette[4]
	pathColor    = color.NRGBA{0x40, 0x40, 0x40, 0xff}
	gray         = color.Gray{0x60}
	faint        = color.Gray{0xe4}
)

const (
	scatterWidth = 3.4 * vg.Inch  // Panel and axis, in a figure with square panels.
	curvesWidth  = 5.2 * vg.Inch  // Panel and axis, in a figure of curves only.
	curvesHeight = 2.6 * vg.Inch  // The data area of curves.
	gap          = 0.15 * vg.Inch // Between panels.
	margin       = 0.08 * vg.Inch // Around the figure.
	legendHeight = 0.26 * vg.Inch
)

// The sizes of fonts, in typographic points.
const (
	titleSize = 13
	labelSize = 12
	tickSize  = 11
)

// The resolution of pictures, in dots per inch. 144 is sharp on a slide, and makes two panels as
// wide as a notebook. Figures with many panels are larger, and animations have many frames, so
// fewer dots are enough.
const (
	fewPanels          = 4 // More panels than these are many.
	dpiOfFew           = 144
	dpiOfMany          = 96
	animationDPIOfFew  = 80
	animationDPIOfMany = 48
)

// withOpacity returns the colour with an opacity from 0 (transparent) to 1.
func withOpacity(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}

// newStyledPlot returns an empty plot in the style of this package: fonts, sizes and colours.
func newStyledPlot() *plot.Plot {
	p := plot.New()
	p.Title.Padding = 4
	p.Title.TextStyle.Font = sans(titleSize)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font = sans(labelSize)
		axis.Label.TextStyle.Color = gray
		axis.Tick.Label.Font = sans(tickSize)
		axis.Tick.Label.Color = gray
		axis.Tick.Color = gray
		axis.Tick.Length = 4
		axis.Color = gray
		axis.Padding = 0
		axis.Tick.Marker = ticks{labels: true}
	}
	return p
}

// sans returns a sans-serif font of a size in typographic points.
func sans(points float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(points)}
}

// ticks marks about five round numbers on an axis.
type ticks struct {
	labels bool // Whether the numbers are shown.
	inner  bool // Whether the ends of the axis have no ticks: numbers of neighbours would touch.
}

// Ticks returns the ticks on the axis from low to high.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	step := roundStep((high - low) / 4)
	if t.inner {
		end := 0.02 * (high - low)
		low, high = low+end, high-end
	}
	var marks []plot.Tick
	for _, value := range multiples(step, low, high) {
		mark := plot.Tick{Value: value}
		if t.labels {
			mark.Label = withMinus(strconv.FormatFloat(value, 'g', 6, 64))
		}
		marks = append(marks, mark)
	}
	return marks
}

// withMinus returns a number with a minus sign in place of a hyphen.
func withMinus(number string) string { return strings.ReplaceAll(number, "-", "−") }

// multiples returns the multiples of step from low to high, at most 10.
func multiples(step, low, high float64) []float64 {
	var values []float64
	first := math.Ceil(low/step - 1e-9)
	// Axes have fewer than 10 ticks. The limit ends the loop for numbers so large that adding a
	// step doesn't change them.
	for i := range 10 {
		value := (first+float64(i))*step + 0 // Adding 0 turns -0 into 0.
		if !(value <= high+1e-9*step) {
			break
		}
		values = append(values, value)
	}
	return values
}

// roundStep returns the smallest 1, 2 or 5 times a power of ten that is at least 0.8 times step.
func roundStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= 0.8*step {
			return factor * power
		}
	}
	return 10 * power
}
