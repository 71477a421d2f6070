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

// image draws the figure on so much room, with so many dots per inch.
func (f Figure) image(width, height vg.Length, resolution int) *image.RGBA {
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))
	f.draw(draw.NewCanvas(canvas, width, height))
	drawn := canvas.Image()
	img := image.NewRGBA(drawn.Bounds())
	imagedraw.Draw(img, img.Bounds(), drawn, drawn.Bounds().Min, imagedraw.Src)
	return img
}

// A picture of a figure has a palette of 256 colours: it takes a third of the space, which counts in a
// notebook of many. Figures are made of few colours and what lies between them, so the nearest one is
// hardly to be told from the right one. Colours that differ in their last three bits only count as one.

// shade numbers the colours that are told apart.
func shade(r, g, b uint8) int { return int(r>>3)<<10 | int(g>>3)<<5 | int(b>>3) }

const shadesInAll = 1 << 15

// commonColors is a palette of the colours that are most frequent in the images.
func commonColors(images []*image.RGBA) color.Palette {
	counts := make([]int, shadesInAll)
	for _, img := range images {
		for i := 0; i < len(img.Pix); i += 4 {
			counts[shade(img.Pix[i], img.Pix[i+1], img.Pix[i+2])]++
		}
	}
	byCount := make([]int, shadesInAll)
	for i := range byCount {
		byCount[i] = i
	}
	slices.SortStableFunc(byCount, func(a, b int) int { return counts[b] - counts[a] })
	var colors color.Palette
	for _, s := range byCount[:256] {
		if counts[s] > 0 {
			colors = append(colors, color.RGBA{uint8(s>>10)<<3 | 7, uint8(s>>5)<<3 | 7, uint8(s)<<3 | 7, 0xff})
		}
	}
	return colors
}

// withPalette is the image in the nearest colours of a palette.
func withPalette(img *image.RGBA, colors color.Palette) *image.Paletted {
	nearest := make([]int, shadesInAll) // One more than the index in the palette, 0 if not known yet.
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
