package plotting

import (
	"image"
	"image/color"
	imagedraw "image/draw"
	"slices"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// image draws the figure as a picture of the given size, with dpi dots per inch.
func (f Figure) image(width, height vg.Length, dpi int) *image.RGBA {
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(dpi))
	f.draw(draw.NewCanvas(canvas, width, height))
	drawn := canvas.Image()
	img := image.NewRGBA(drawn.Bounds())
	imagedraw.Draw(img, img.Bounds(), drawn, drawn.Bounds().Min, imagedraw.Src)
	return img
}

// Pictures have a palette of at most 256 colours, which makes their files about three times
// smaller. Figures have few colours and mixtures of these, so the nearest colour of the palette is
// hardly distinguishable from the right one. Colours that differ only in their lowest three bits
// per channel count as one shade.

// shadeCount is the number of shades: 5 bits for each of 3 channels.
const shadeCount = 1 << 15

// shade returns the number of a colour's shade, from 0 to shadeCount-1.
func shade(r, g, b uint8) int { return int(r>>3)<<10 | int(g>>3)<<5 | int(b>>3) }

// commonColors returns the most frequent shades of the images, at most 256.
func commonColors(images ...*image.RGBA) color.Palette {
	counts := make([]int, shadeCount)
	for _, img := range images {
		for i := 0; i < len(img.Pix); i += 4 {
			counts[shade(img.Pix[i], img.Pix[i+1], img.Pix[i+2])]++
		}
	}
	byCount := make([]int, shadeCount)
	for i := range byCount {
		byCount[i] = i
	}
	slices.SortStableFunc(byCount, func(a, b int) int { return counts[b] - counts[a] })
	var colors color.Palette
	for _, s := range byCount[:256] {
		if counts[s] > 0 {
			r, g, b := uint8(s>>10)<<3|7, uint8(s>>5)<<3|7, uint8(s)<<3|7
			colors = append(colors, color.RGBA{r, g, b, 0xff})
		}
	}
	return colors
}

// compact returns a picture of the figure as it takes least room. If it has images, their colours
// stay as they are, except those of grey images in a picture with more than 256 colours.
func (f Figure) compact(img *image.RGBA) image.Image {
	hasImages, inColor := false, false
	for _, row := range f.rows {
		for _, panel := range row {
			if panel.images != nil {
				hasImages = true
				inColor = inColor || panel.images.channels > 1
			}
		}
	}
	if hasImages {
		if exact := withItsColors(img); exact != nil {
			return exact
		}
	}
	if inColor {
		return img
	}
	return withPalette(img, commonColors(img))
}

// withItsColors returns the image with a palette of its own colours, or nil if it has more than
// 256.
func withItsColors(img *image.RGBA) *image.Paletted {
	indices := make(map[color.RGBA]uint8)
	result := image.NewPaletted(img.Bounds(), nil)
	for i := range result.Pix {
		c := color.RGBA{img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2], img.Pix[4*i+3]}
		index, known := indices[c]
		if !known {
			if len(indices) == 256 {
				return nil
			}
			index = uint8(len(indices))
			indices[c] = index
			result.Palette = append(result.Palette, c)
		}
		result.Pix[i] = index
	}
	return result
}

// withPalette returns the image in the nearest colours of a palette.
func withPalette(img *image.RGBA, colors color.Palette) *image.Paletted {
	nearest := make([]int, shadeCount) // For each shade: 1 + index in colors, 0 if not known yet.
	result := image.NewPaletted(img.Bounds(), colors)
	for i := range result.Pix {
		r, g, b := img.Pix[4*i], img.Pix[4*i+1], img.Pix[4*i+2]
		known := &nearest[shade(r, g, b)]
		if *known == 0 {
			*known = 1 + colors.Index(color.RGBA{r | 7, g | 7, b | 7, 0xff})
		}
		result.Pix[i] = uint8(*known - 1)
	}
	return result
}
