package plotting

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	plotdraw "gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// Animation shows figures one after the other, over and over. They must have the same size: the same
// panels, within the same limits.
type Animation struct {
	Frames []Figure
	Delay  time.Duration // Between frames, in steps of 10 ms; 100 ms if 0. The last one stays ten times as long.
}

// animationResolution is lower than that of a single picture, since there are many.
const animationResolution = 80

// GIF is the animation as a picture.
func (a Animation) GIF() ([]byte, error) {
	if len(a.Frames) == 0 {
		return nil, errors.New("plotting: an animation without frames")
	}
	if a.Delay < 0 {
		return nil, fmt.Errorf("plotting: an animation with a delay of %v", a.Delay)
	}
	images := make([]image.Image, len(a.Frames))
	for i, frame := range a.Frames {
		if frame.err != nil {
			return nil, fmt.Errorf("frame %d: %w", i, frame.err)
		}
		images[i] = frame.image(animationResolution)
		if images[i].Bounds() != images[0].Bounds() {
			return nil, fmt.Errorf("plotting: frame %d of the animation is of the size %v, the first of %v", i, images[i].Bounds().Max, images[0].Bounds().Max)
		}
	}
	delay := int(a.Delay / (10 * time.Millisecond))
	if a.Delay == 0 {
		delay = 10
	}
	colors := commonColors(images)
	animation := gif.GIF{Config: image.Config{ColorModel: colors, Width: images[0].Bounds().Dx(), Height: images[0].Bounds().Dy()}}
	for _, img := range images {
		frame := image.NewPaletted(img.Bounds(), colors)
		draw.Draw(frame, frame.Bounds(), img, image.Point{}, draw.Src)
		animation.Image = append(animation.Image, frame)
		animation.Delay = append(animation.Delay, delay)
	}
	animation.Delay[len(animation.Delay)-1] = 10 * delay
	var encoded bytes.Buffer
	if err := gif.EncodeAll(&encoded, &animation); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// commonColors is a palette of the colours that are most frequent in the images. Figures are made of few
// colours and what lies between them, so the nearest of 256 is hardly to be told from the right one.
func commonColors(images []image.Image) color.Palette {
	// Colours that differ in their last three bits only count as one.
	counts := map[color.NRGBA]int{}
	for _, img := range images {
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				r, g, b, _ := img.At(x, y).RGBA()
				counts[color.NRGBA{uint8(r>>8) | 7, uint8(g>>8) | 7, uint8(b>>8) | 7, 0xff}]++
			}
		}
	}
	colors := make([]color.NRGBA, 0, len(counts))
	for c := range counts {
		colors = append(colors, c)
	}
	slices.SortFunc(colors, func(a, b color.NRGBA) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return bytes.Compare([]byte{a.R, a.G, a.B}, []byte{b.R, b.G, b.B}) // In any case the same palette.
	})
	colors = colors[:min(len(colors), 256)]
	common := make(color.Palette, len(colors))
	for i, c := range colors {
		common[i] = c
	}
	return common
}

// Save writes the animation to a file whose name ends in .gif.
func (a Animation) Save(path string) error {
	if extension := strings.ToLower(filepath.Ext(path)); extension != ".gif" {
		return fmt.Errorf("plotting: %s: the name ends in %q, it must end in .gif", path, extension)
	}
	return save(path, a.GIF)
}

// Display shows the animation in the notebook whose cell this is. Some viewers of notebooks leave it out
// (GitHub does): show some of its frames in a row beside it.
func (a Animation) Display() error {
	return display(a.GIF, func(encoded []byte) {
		gonbui.DisplayHTML(`<img alt="animation" src="data:image/gif;base64,` + base64.StdEncoding.EncodeToString(encoded) + `"/>`)
	})
}

// image draws the figure with so many dots per inch.
func (f Figure) image(resolution int) image.Image {
	width, height := f.size()
	canvas := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))
	f.draw(plotdraw.NewCanvas(canvas, width, height))
	return canvas.Image()
}
