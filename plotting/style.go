package plotting

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
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
	white        = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	targetColor  = palette[0]
	samplesColor = palette[2]
	noiseColor   = palette[4]
	pathColor    = color.NRGBA{0x40, 0x40, 0x40, 0xff}
	gray         = color.Gray{0x60}
	faint        = color.Gray{0xe4}
)

// cssPixel is the unit of lengths on a web page. A figure is as large on the page as it says, so
// that its text has the same size as that of all other figures.
const cssPixel = vg.Inch / 96

// The sizes of figures. A notebook in JupyterLab has about 1000 × 600 CSS pixels on a screen with
// 1366 × 768 pixels.
const (
	maxWidth  = 960 * cssPixel
	maxHeight = 560 * cssPixel
	margin    = 8 * cssPixel  // Around the figure.
	gap       = 14 * cssPixel // Between panels side by side.
	rowGap    = 8 * cssPixel  // Between rows.
)

// The sizes of fonts and the heights of lines, in CSS pixels.
const (
	titleSize = 13
	textSize  = 12
	titleLine = 16 * cssPixel
	textLine  = 15 * cssPixel
)

// The resolution of pictures, in dots per inch. Animations have many frames, so theirs is lower.
const (
	pictureDPI   = 144 // Of a figure: 1.5 dots per CSS pixel.
	animationDPI = 96  // Of a GIF: 1 dot per CSS pixel.
)

// withOpacity returns the colour with an opacity from 0 (transparent) to 1.
func withOpacity(c color.NRGBA, opacity float64) color.NRGBA {
	c.A = uint8(math.Round(255 * opacity))
	return c
}

// sans returns a sans-serif font of a size in CSS pixels.
func sans(pixels float64) font.Font {
	return font.Font{Typeface: "Liberation", Variant: "Sans", Size: vg.Length(pixels) * cssPixel}
}

// textStyle returns the style of a text of a size in CSS pixels.
func textStyle(pixels float64, c color.Color, x draw.XAlignment, y draw.YAlignment) draw.TextStyle {
	return draw.TextStyle{
		Font: sans(pixels), Color: c, XAlign: x, YAlign: y, Handler: plot.DefaultTextHandler,
	}
}

// textWidth returns the width of a text of a size in CSS pixels.
func textWidth(text string, pixels float64) vg.Length {
	return textStyle(pixels, nil, 0, 0).Width(text)
}
