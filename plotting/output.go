package plotting

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PNG returns the figure as an encoded picture of at most 256 colours, with 144 dots per inch,
// which are 1.5 per CSS pixel. It returns the errors of the panels and the grid, and an
// error if the picture would have more than 100 million dots.
func (f Figure) PNG() ([]byte, error) {
	width, height, err := f.size(pictureDPI)
	if err != nil {
		return nil, err
	}
	img := f.image(width, height, pictureDPI)
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	var encoded bytes.Buffer
	if err := encoder.Encode(&encoded, withPalette(img, commonColors(img))); err != nil {
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

// Display shows the figure as a PNG picture below the cell of a GoNB notebook that calls it. It
// returns an error outside of a notebook, and the errors of [Figure.PNG].
func (f Figure) Display() error { return display(f.PNG, gonbui.DisplayPng) }

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

// display shows the result of encode in a notebook.
func display(encode func() ([]byte, error), show func(encoded []byte)) error {
	if !gonbui.IsNotebook {
		return errors.New("plotting: Display needs a GoNB notebook: use Save elsewhere")
	}
	encoded, err := encode()
	if err != nil {
		return err
	}
	show(encoded)
	// If the cell ends before the kernel has read the picture, the picture is lost.
	gonbui.Sync()
	return gonbui.Error()
}
