package datasets

import (
	"image"
	"image/color"
	_ "image/jpeg" // Decodes JPEG.
	_ "image/png"  // Decodes PNG.
	"io"
	"math"
	"os"

	imagedraw "golang.org/x/image/draw"
)

// mostPixels is the largest number of pixels of an image in a file: a small file can claim
// billions.
const mostPixels = 100_000_000

// decodedImage is an image at its new size.
type decodedImage struct {
	height, width, channels int
	pixels                  []uint8 // [height·width·channels]
}

// readImage reads an image, turns it, and resizes it if options name a size.
func readImage(path string, options ImageOptions) (*decodedImage, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, openError(err)
	}
	defer file.Close()
	config, kind, err := image.DecodeConfig(file)
	switch {
	case kind != "png" && kind != "jpeg": // Another package may have registered more kinds.
		return nil, problem(ErrImages, "neither a PNG nor a JPEG image: move the file elsewhere")
	case err != nil:
		return nil, damaged(err)
	case config.Width < 1 || config.Height < 1:
		return nil, problem(ErrImages, "the image has no pixels")
	case config.Width > mostPixels/config.Height:
		return nil, problem(ErrImages, "%d × %d pixels, at most %s in all are possible",
			config.Height, config.Width, thousands(mostPixels))
	}
	turned := upright
	if kind == "jpeg" {
		if turned, err = orientationOf(file); err != nil {
			return nil, err
		}
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, openError(err)
	}
	decoded, _, err := image.Decode(file)
	if err != nil {
		return nil, damaged(err)
	}
	height, width := options.Height, options.Width // Of the image as it is shown.
	if height == 0 {
		height, width = turned.size(decoded.Bounds().Dy(), decoded.Bounds().Dx())
	}
	if height > mostSide || width > mostSide {
		return nil, problem(ErrImages, "%d × %d pixels, each side must be up to %d: set Height "+
			"and Width", height, width, mostSide)
	}
	storedHeight, storedWidth := turned.size(height, width)
	return turned.pixels(resized(decoded, storedHeight, storedWidth), options.Channels), nil
}

// resized returns the largest part around the centre of an image that has a ratio of sides, at a
// size, on white.
func resized(source image.Image, height, width int) *image.RGBA64 {
	part := source.Bounds()
	if part.Dx()*height > part.Dy()*width {
		cut := part.Dx() - max(1, rounded(part.Dy()*width, height))
		part.Min.X += cut / 2
		part.Max.X -= cut - cut/2
	} else {
		cut := part.Dy() - max(1, rounded(part.Dx()*height, width))
		part.Min.Y += cut / 2
		part.Max.Y -= cut - cut/2
	}
	// 16 bits, because the library cuts what it computes off instead of rounding it.
	target := image.NewRGBA64(image.Rect(0, 0, width, height))
	imagedraw.Draw(target, target.Rect, image.NewUniform(color.White), image.Point{}, imagedraw.Src)
	if part.Dx() == width && part.Dy() == height {
		imagedraw.Draw(target, target.Rect, source, part.Min, imagedraw.Over)
	} else {
		imagedraw.CatmullRom.Scale(target, target.Rect, source, part, imagedraw.Over, nil)
	}
	return target
}

// rounded returns a/b, rounded.
func rounded(a, b int) int { return int(math.Round(float64(a) / float64(b))) }

// pixels returns an image that is turned upright, in 8 bits. If channels is 0, it has 1 channel if
// it is grey, otherwise 3.
func (o orientation) pixels(stored *image.RGBA64, channels int) *decodedImage {
	height, width := o.size(stored.Rect.Dy(), stored.Rect.Dx())
	pixels := make([]uint8, 0, height*width*3)
	isGrey := true
	for y := range height {
		for x := range width {
			storedX, storedY := o.stored(x, y, width, height)
			c := stored.RGBA64At(storedX, storedY)
			if channels == 1 {
				c.R = color.Gray16Model.Convert(c).(color.Gray16).Y
				pixels = append(pixels, eightBits(c.R))
				continue
			}
			r, g, b := eightBits(c.R), eightBits(c.G), eightBits(c.B)
			pixels = append(pixels, r, g, b)
			isGrey = isGrey && r == g && g == b
		}
	}
	if channels == 0 {
		channels = 3
		if isGrey {
			channels, pixels = 1, everyThird(pixels)
		}
	}
	return &decodedImage{height, width, channels, pixels}
}

// everyThird returns the first of each three numbers, in the memory of numbers.
func everyThird(numbers []uint8) []uint8 {
	for i := range len(numbers) / 3 {
		numbers[i] = numbers[3*i]
	}
	return numbers[:len(numbers)/3]
}

// eightBits returns a colour of 16 bits, rounded to 8.
func eightBits(c uint16) uint8 { return uint8((uint32(c) + 128) / 257) }
