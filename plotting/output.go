package plotting

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PNG returns the figure as an encoded picture with 144 dots per inch, which are 1.5 per CSS pixel.
// It has at most 256 colours, unless it has [Images] in more. It returns the errors of the panels
// and the grid, and an error if the picture would have more than 100 million dots.
func (f Figure) PNG() ([]byte, error) {
	width, height, err := f.size(pictureDPI)
	if err != nil {
		return nil, err
	}
	img := f.image(width, height, pictureDPI)
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	var encoded bytes.Buffer
	if err := encoder.Encode(&encoded, f.compact(img)); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// SVG returns the figure as an SVG document, which stays sharp at any size. It returns the errors
// of [Figure.PNG].
func (f Figure) SVG() ([]byte, error) {
	width, height, err := f.size(pictureDPI)
	if err != nil {
		return nil, err
	}
	canvas := vgsvg.NewWith(vgsvg.UseWH(width, height))
	f.draw(draw.NewCanvas(canvas, width, height))
	var encoded bytes.Buffer
	if _, err := canvas.WriteTo(&encoded); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// Save writes the figure to the file at path, whose extension is .png or .svg. It returns an error
// for another extension, the errors of [Figure.PNG], and errors of writing the file.
func (f Figure) Save(path string) error {
	encode := f.PNG
	switch extension := strings.ToLower(filepath.Ext(path)); extension {
	case ".png":
	case ".svg":
		encode = f.SVG
	default:
		return fmt.Errorf("plotting: %s: extension %q, want .png or .svg", path, extension)
	}
	return save(path, encode)
}

// save writes the result of encode to the file at path.
func save(path string, encode func() ([]byte, error)) error {
	encoded, err := encode()
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, encoded, 0o666); err != nil {
		return fmt.Errorf("plotting: %w", err)
	}
	return nil
}
