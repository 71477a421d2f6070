package plotting

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// Animation shows figures one after the other, over and over. They must have the same size: the same
// panels, within the same limits.
type Animation struct {
	Frames []Figure
	Delay  time.Duration // Between frames, in steps of 10 ms; 100 ms if 0. The last one stays ten times as long.
}

// Dots per inch, fewer than those of a single picture, since there are many.
const (
	animationResolution       = 80
	animationResolutionOfMany = 48 // Of more than a few panels.
)

// maxDelay is a tenth of the longest one that a GIF can have, since the last frame stays ten times as long.
const maxDelay = time.Minute

// GIF is the animation as a picture.
func (a Animation) GIF() ([]byte, error) {
	if len(a.Frames) == 0 {
		return nil, errors.New("plotting: an animation without frames")
	}
	if a.Delay < 0 || a.Delay > maxDelay {
		return nil, fmt.Errorf("plotting: an animation with a delay of %v, it must be from 0 to %v", a.Delay, maxDelay)
	}
	first := a.Frames[0]
	dots := animationResolution
	if first.panels() > fewPanels {
		dots = animationResolutionOfMany
	}
	for i, frame := range a.Frames {
		if err := frame.check(dots); err != nil {
			return nil, fmt.Errorf("frame %d: %w", i, err)
		}
	}
	width, height := first.size()
	if all := width.Dots(float64(dots)) * height.Dots(float64(dots)) * float64(len(a.Frames)); all > maxDots {
		return nil, fmt.Errorf("plotting: an animation of %d frames has %.0f million dots, it must be at most %d: take fewer frames or panels", len(a.Frames), all/1e6, maxDots/1_000_000)
	}
	images := make([]*image.RGBA, len(a.Frames))
	for i, frame := range a.Frames {
		w, h := frame.size()
		if math.Abs(float64(w-width)) > 1 || math.Abs(float64(h-height)) > 1 {
			return nil, fmt.Errorf("plotting: frame %d of the animation is of the size %.0f × %.0f points, the first of %.0f × %.0f", i, w, h, width, height)
		}
		// In the size of the first: they may differ by the rounding of numbers, which can make a pixel.
		images[i] = frame.image(width, height, dots)
	}
	delay := int(a.Delay / (10 * time.Millisecond))
	if a.Delay == 0 {
		delay = 10
	}
	colors := commonColors(images)
	animation := gif.GIF{Config: image.Config{ColorModel: colors, Width: images[0].Bounds().Dx(), Height: images[0].Bounds().Dy()}}
	for _, img := range images {
		animation.Image = append(animation.Image, withPalette(img, colors))
		animation.Delay = append(animation.Delay, delay)
	}
	animation.Delay[len(animation.Delay)-1] = 10 * delay
	var encoded bytes.Buffer
	if err := gif.EncodeAll(&encoded, &animation); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
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
