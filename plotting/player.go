package plotting

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // For the parts of the player.
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"text/template"
)

var (
	//go:embed player.css
	playerStyle string
	//go:embed player.js
	playerScript string
	//go:embed player.html
	playerPage string

	scriptTemplate = template.Must(template.New("player.js").Parse(playerScript))
	playerTemplate = template.Must(template.New("player.html").Parse(playerPage))
)

// The resolution of a player's frames, in dots per inch, and their number of colours. A notebook
// holds all frames, so they are coarser than a single picture: 21 frames with 8 panels of 600
// samples take 1.1 MB.
const (
	playerDPIOfFew  = 120
	playerDPIOfMany = 76
	fewPanels       = 4 // More panels than these are many.
	playerColors    = 31
)

// frame is a picture of a player.
type frame struct {
	Label  string `json:"label"`
	Alt    string `json:"alt"`
	Source string `json:"source"` // A data URI.
}

// playerContent is what player.html and player.js show.
type playerContent struct {
	Name, Style, Script string
	// Final is the last frame, which is all that viewers without scripts show.
	Final                      frame
	FinalLabelJSON, FramesJSON string // FramesJSON has the frames before Final.
	// Common is a picture of what most frames have in common. All frames but the last are
	// transparent where they agree with it, which makes them several times smaller.
	Common string
	Width  int   // Of all frames, in CSS pixels.
	Delay  int64 // In milliseconds.
}

// player returns the animation as HTML with a button and a slider. The page may hold several
// players: each has a name, and nothing in it has an id.
func (a Animation) player() (string, error) {
	if a.Labels != nil && len(a.Labels) != len(a.Frames) {
		return "", fmt.Errorf("plotting: an animation has %d labels for %d frames, want as many",
			len(a.Labels), len(a.Frames))
	}
	content, err := a.playerContent()
	if err != nil {
		return "", err
	}
	// The name depends on nothing but the content, so that a notebook executed again is the same.
	hash := sha256.Sum256(fmt.Append(nil, content))
	content.Name = hex.EncodeToString(hash[:8])
	if content.Script, err = filled(scriptTemplate, content); err != nil {
		return "", err
	}
	return filled(playerTemplate, content)
}

// filled returns a template filled with content.
func filled(page *template.Template, content any) (string, error) {
	var text strings.Builder
	if err := page.Execute(&text, content); err != nil {
		return "", fmt.Errorf("plotting: %w", err)
	}
	return text.String(), nil
}

// playerContent draws the frames.
func (a Animation) playerContent() (playerContent, error) {
	dpi := playerDPIOfFew
	if len(a.Frames) > 0 && a.Frames[0].panelCount() > fewPanels {
		dpi = playerDPIOfMany
	}
	images, err := a.images(dpi)
	if err != nil {
		return playerContent{}, err
	}
	content := playerContent{Style: playerStyle, Delay: a.delay().Milliseconds()}
	if content.Width, _, err = a.Frames[0].cssSize(); err != nil {
		return playerContent{}, err
	}
	colors := fewColors(playerColors, images...)
	drawn := make([]*image.Paletted, len(images))
	for i, img := range images {
		drawn[i] = withPalette(img, colors)
	}
	common := commonPicture(drawn)
	if content.Common, err = source(common); err != nil {
		return playerContent{}, err
	}
	frames := make([]frame, len(drawn))
	for i, img := range drawn {
		if i < len(drawn)-1 {
			img = difference(img, common)
		}
		f := &frames[i]
		f.Label = fmt.Sprintf("frame %d of %d", i+1, len(images))
		if a.Labels != nil {
			f.Label = a.Labels[i]
		}
		f.Alt = f.Label + ": " + a.Frames[i].AltText()
		if f.Source, err = source(img); err != nil {
			return playerContent{}, err
		}
	}
	content.Final = frames[len(frames)-1]
	if content.FinalLabelJSON, err = scriptValue(content.Final.Label); err != nil {
		return playerContent{}, err
	}
	if content.FramesJSON, err = scriptValue(frames[:len(frames)-1]); err != nil {
		return playerContent{}, err
	}
	return content, nil
}

// scriptValue returns a value as it can stand in a script element: JSON without "<".
func scriptValue(value any) (string, error) {
	encoded, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("plotting: %w", err)
	}
	return string(encoded), nil
}

// commonPicture returns the most frequent colour of each dot of the images, which have the same
// size and palette.
func commonPicture(images []*image.Paletted) *image.Paletted {
	common := image.NewPaletted(images[0].Rect, images[0].Palette)
	for i := range common.Pix {
		var counts [playerColors]int
		best := images[0].Pix[i]
		for _, img := range images {
			k := img.Pix[i]
			counts[k]++
			if counts[k] > counts[best] {
				best = k
			}
		}
		common.Pix[i] = best
	}
	return common
}

// difference returns an image that is transparent where it agrees with common.
func difference(img, common *image.Paletted) *image.Paletted {
	colors := append(color.Palette{color.RGBA{}}, img.Palette...)
	result := image.NewPaletted(img.Rect, colors)
	for i, k := range img.Pix {
		if k != common.Pix[i] {
			result.Pix[i] = k + 1
		}
	}
	return result
}

// source encodes an image as a data URI.
func source(img image.Image) (string, error) {
	var encoded bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&encoded, img); err != nil {
		return "", fmt.Errorf("plotting: %w", err)
	}
	return picture{png: encoded.Bytes()}.source(), nil
}
