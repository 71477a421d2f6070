package plotting

import (
	"image"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const (
	pictureDot = vg.Inch / pictureDPI
	// imageGap is the distance of neighbouring images, in dots of a picture.
	imageGap = 3
	// maxImageEdge and minImageEdge limit the longer edge of an image, in dots of a picture.
	maxImageEdge = 144
	minImageEdge = 24
)

// imageCells holds images of one size in 8 bits per channel, as they are drawn.
type imageCells struct {
	pixels                  [][]uint8 // [n][height·width·channels]
	height, width, channels int
	columns                 int
}

// rows returns the number of rows, the last of which may not be full.
func (c *imageCells) rows() int { return (len(c.pixels) + c.columns - 1) / c.columns }

// maxFactor returns the most dots per pixel, which is a whole number.
func (c *imageCells) maxFactor() float64 {
	return max(1, float64(maxImageEdge/max(c.height, c.width)))
}

// minFactor returns the least dots per pixel.
func (c *imageCells) minFactor() float64 {
	return min(1, minImageEdge/float64(max(c.height, c.width)))
}

// dots returns the size of the grid at a whole number of dots per pixel.
func (c *imageCells) dots(factor int) (width, height int) {
	return c.columns*(c.width*factor+imageGap) - imageGap,
		c.rows()*(c.height*factor+imageGap) - imageGap
}

// enlarged returns the whole number of dots per pixel at which the grid is drawn, and by how much
// the result is shrunk to have the given number of dots per pixel.
func enlarged(factor float64) (whole int, shrink vg.Length) {
	next := math.Ceil(factor)
	return int(next), vg.Length(factor / next)
}

// size returns the size of the grid at a number of dots per pixel.
func (c *imageCells) size(factor float64) (width, height vg.Length) {
	whole, shrink := enlarged(factor)
	w, h := c.dots(whole)
	return vg.Length(w) * shrink * pictureDot, vg.Length(h) * shrink * pictureDot
}

// place returns where the grid is on a panel's canvas: in the middle at the top, in whole dots.
func (c *imageCells) place(canvas draw.Canvas, factor float64) vg.Rectangle {
	width, height := c.size(factor)
	snapped := func(x vg.Length) vg.Length {
		// Lengths are often half dots. They all become the dot below.
		return pictureDot * vg.Length(math.Floor(float64(x/pictureDot)+0.25))
	}
	left, top := snapped(canvas.Center().X-width/2), snapped(canvas.Max.Y)
	return vg.Rectangle{
		Min: vg.Point{X: left, Y: top - height}, Max: vg.Point{X: left + width, Y: top},
	}
}

// centre returns the centre of an image, relative to the grid's upper left corner.
func (c *imageCells) centre(row, column int, factor float64) vg.Point {
	whole, shrink := enlarged(factor)
	middle := func(k, pixels int) vg.Length {
		edge := vg.Length(pixels * whole)
		return (vg.Length(k)*(edge+imageGap) + edge/2) * shrink * pictureDot
	}
	return vg.Point{X: middle(column, c.width), Y: -middle(row, c.height)}
}

// raster draws the grid at a whole number of dots per pixel. What isn't image is white.
func (c *imageCells) raster(factor int) *image.RGBA {
	width, height := c.dots(factor)
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	for i, pixels := range c.pixels {
		left := i % c.columns * (c.width*factor + imageGap)
		top := i / c.columns * (c.height*factor + imageGap)
		for y := range c.height * factor {
			for x := range c.width * factor {
				from := pixels[(y/factor*c.width+x/factor)*c.channels:]
				to := img.Pix[img.PixOffset(left+x, top+y):]
				// If there is one channel, all three indices are 0.
				to[0], to[1], to[2] = from[0], from[c.channels/2], from[c.channels-1]
			}
		}
	}
	return img
}
