package plotting

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"math"
	"path/filepath"
	"strings"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
	"gonum.org/v1/plot/vg"
)

// Animation shows figures one after another, in an endless loop.
type Animation struct {
	// Frames are the figures, at least one. They must have the same size: use the same number of
	// panels, and the same limits in each by [Panel.Within].
	Frames []Figure
	// Labels say what each frame shows, for instance "t = 0.35, step 3 of 5": one for each frame,
	// or nil for "frame 1 of 5" and so on. [Animation.Display] shows them; a file has none.
	Labels []string
	// Delay is the time between frames, from 0 to 1 minute; 0 means 100 ms. The last frame stays
	// ten times as long. The player rounds down to whole milliseconds, a GIF to multiples of 10 ms.
	Delay time.Duration
}

// maxDelay keeps the last frame's delay, ten times as long, below the GIF format's 655 s.
const maxDelay = time.Minute

// GIF returns the animation as an encoded picture of at most 256 colours, with 96 dots per inch. It
// returns an error without frames, for a Delay out of range, for a frame that can't be drawn or
// differs in size from the first, and for more than 100 million dots in all frames together.
func (a Animation) GIF() ([]byte, error) {
	images, err := a.images(animationDPI)
	if err != nil {
		return nil, err
	}
	delay := int(a.delay() / (10 * time.Millisecond)) // In hundredths of a second, as GIF counts.
	colors := commonColors(images...)
	encodable := gif.GIF{Config: image.Config{
		ColorModel: colors, Width: images[0].Bounds().Dx(), Height: images[0].Bounds().Dy(),
	}}
	for _, img := range images {
		encodable.Image = append(encodable.Image, withPalette(img, colors))
		encodable.Delay = append(encodable.Delay, delay)
	}
	encodable.Delay[len(images)-1] = 10 * delay
	var encoded bytes.Buffer
	if err := gif.EncodeAll(&encoded, &encodable); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// delay returns the time between frames.
func (a Animation) delay() time.Duration {
	if a.Delay == 0 {
		return 100 * time.Millisecond
	}
	return a.Delay
}

// images draws the frames, all in the size of the first, with dpi dots per inch. It returns the
// errors of [Animation.GIF].
func (a Animation) images(dpi int) ([]*image.RGBA, error) {
	if len(a.Frames) == 0 {
		return nil, errors.New("plotting: an animation without frames")
	}
	if a.Delay < 0 || a.Delay > maxDelay {
		return nil, fmt.Errorf("plotting: an animation's delay is %v, want one from 0 to %v",
			a.Delay, maxDelay)
	}
	width, height, err := a.size(dpi)
	if err != nil {
		return nil, err
	}
	images := make([]*image.RGBA, len(a.Frames))
	for i, figure := range a.Frames {
		images[i] = figure.image(width, height, dpi)
	}
	return images, nil
}

// size returns the size of the first frame, in which all are drawn at dpi dots per inch. Rounding
// may make the others differ by a point, which can be a pixel; it returns an error if one differs
// by more.
func (a Animation) size(dpi int) (width, height vg.Length, err error) {
	for i, figure := range a.Frames {
		w, h, err := figure.size(dpi)
		if err != nil {
			return 0, 0, fmt.Errorf("frame %d: %w", i, err)
		}
		if i == 0 {
			width, height = w, h
			all := dotCount(width, height, dpi) * float64(len(a.Frames))
			if all > maxDots {
				return 0, 0, fmt.Errorf(
					"plotting: %d frames have %.0f million dots, want at most %d million",
					len(a.Frames), all/1e6, maxDots/1_000_000)
			}
		}
		if math.Abs(float64(w-width)) > 1 || math.Abs(float64(h-height)) > 1 {
			return 0, 0, fmt.Errorf(
				"plotting: frame %d has the size %.0f × %.0f points, want %.0f × %.0f as frame 0",
				i, w, h, width, height)
		}
	}
	return width, height, nil
}

// Save writes the animation to the file at path, whose extension is .gif. It returns an error for
// another extension, the errors of [Animation.GIF], and errors of writing the file.
func (a Animation) Save(path string) error {
	if extension := strings.ToLower(filepath.Ext(path)); extension != ".gif" {
		return fmt.Errorf("plotting: %s: extension %q, want .gif", path, extension)
	}
	return save(path, a.GIF)
}

// Display shows the animation below the cell of a GoNB notebook that calls it: the frames play, and
// a button and a slider stop them and step through them. This works in JupyterLab without a kernel,
// and in pages that nbconvert makes. Readers who ask their system for reduced motion, and those
// whose viewer runs no scripts, see the last frame. Some viewers, GitHub among them, leave the
// pictures of animations out: show a few frames in a row for their readers.
//
// Display returns an error outside of a notebook, for the wrong number of Labels, and the errors of
// [Animation.GIF].
func (a Animation) Display() error {
	if err := needsNotebook(); err != nil {
		return err
	}
	page, err := a.player()
	if err != nil {
		return err
	}
	return show(&protocol.DisplayData{
		Data: map[protocol.MIMEType]any{protocol.MIMETextHTML: page},
	})
}
