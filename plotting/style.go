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
	scatterWidth = 3.4 * vg.Inch // Of a panel with its axis, in a figure with scatter plots.
	curvesWidth  = 5.2 * vg.Inch // The same in a figure without.
	curvesHeight = 2.6 * vg.Inch
	gap          = 0.15 * vg.Inch // Between panels.
	margin       = 0.08 * vg.Inch
	legendHeight = 0.26 * vg.Inch
	resolution   = 144 // Dots per inch of a PNG: sharp on a slide, two panels as wide as a notebook.
	// A figure with more than a few panels is large enough with fewer.
	fewPanels        = 4
	resolutionOfMany = 96
)

// withOpacity is a colour that lets what is below it through; opacity is from 0 to 1.
func withOpacity(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}

// newPlot is an empty plot with the fonts, sizes and colours of all of them.
func newPlot(title string) *plot.Plot {
	p := plot.New()
	p.Title.Text = title
	p.Title.Padding = 4
	p.Title.TextStyle.Font = sans(13)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle.Font = sans(12)
		axis.Label.TextStyle.Color = gray
		axis.Tick.Label.Font = sans(11)
		axis.Tick.Label.Color = gray
		axis.Tick.Color = gray
		axis.Tick.Length = 4
		axis.Color = gray
		axis.Padding = 0
		axis.Tick.Marker = ticks{labels: true}
	}
	return p
}

func sans(points float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Points(points)}
}

// ticks are few, at round numbers.
type ticks struct {
	labels bool // Whether the numbers are shown.
	inner  bool // Whether the ends of the axis are left out, where numbers would meet those of a neighbour.
}

func (t ticks) Ticks(min, max float64) []plot.Tick {
	step := roundStep((max - min) / 4)
	if t.inner {
		end := 0.02 * (max - min)
		min, max = min+end, max-end
	}
	var marks []plot.Tick
	first := math.Ceil(min/step - 1e-9)
	for i := range 10 { // There are fewer; but numbers so large that 1 makes no difference would go on for ever.
		value := (first+float64(i))*step + 0 // Not -0.
		if !(value <= max+1e-9*step) {
			break
		}
		mark := plot.Tick{Value: value}
		if t.labels {
			mark.Label = strings.Replace(strconv.FormatFloat(mark.Value, 'g', 6, 64), "-", "−", 1)
		}
		marks = append(marks, mark)
	}
	return marks
}

// roundStep is the smallest of 1, 2 and 5 times a power of ten that is at least about step.
func roundStep(step float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(step)))
	for _, factor := range []float64{1, 2, 5} {
		if factor*power >= 0.8*step {
			return factor * power
		}
	}
	return 10 * power
}
