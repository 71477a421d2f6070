package plotting

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// PNG is the figure as a picture.
func (f Figure) PNG() ([]byte, error) {
	dots := f.resolution()
	if err := f.check(dots); err != nil {
		return nil, err
	}
	width, height := f.size()
	img := f.image(width, height, dots)
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	var encoded bytes.Buffer
	if err := encoder.Encode(&encoded, withPalette(img, commonColors([]*image.RGBA{img}))); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// resolution is that of a picture, in dots per inch.
func (f Figure) resolution() int {
	if f.panels() > fewPanels {
		return resolutionOfMany
	}
	return resolution
}

// SVG is the figure as a drawing, which can be enlarged at will.
func (f Figure) SVG() ([]byte, error) {
	if err := f.check(f.resolution()); err != nil {
		return nil, err
	}
	width, height := f.size()
	canvas := vgsvg.NewWith(vgsvg.UseWH(width, height))
	f.draw(draw.NewCanvas(canvas, width, height))
	var encoded bytes.Buffer
	if _, err := canvas.WriteTo(&encoded); err != nil {
		return nil, fmt.Errorf("plotting: %w", err)
	}
	return encoded.Bytes(), nil
}

// Save writes the figure to a file whose name ends in .png or .svg.
func (f Figure) Save(path string) error {
	encode := f.PNG
	switch extension := strings.ToLower(filepath.Ext(path)); extension {
	case ".png":
	case ".svg":
		encode = f.SVG
	default:
		return fmt.Errorf("plotting: %s: the name ends in %q, it must end in .png or .svg", path, extension)
	}
	return save(path, encode)
}

// Display shows the figure in the notebook whose cell this is.
func (f Figure) Display() error { return display(f.PNG, gonbui.DisplayPng) }

// save writes what encode returns to a file.
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

// display shows what encode returns in the notebook whose cell this is.
func display(encode func() ([]byte, error), show func(encoded []byte)) error {
	if !gonbui.IsNotebook {
		return errors.New("plotting: Display is for a cell of a GoNB notebook; elsewhere, use Save")
	}
	encoded, err := encode()
	if err != nil {
		return err
	}
	show(encoded)
	// A cell that ends before the kernel has read the picture loses it.
	gonbui.Sync()
	return gonbui.Error()
}
