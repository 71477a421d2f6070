package plotting

import (
	"encoding/base64"
	"encoding/gob"
	"errors"
	"fmt"
	"html"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// The metadata of a display are maps in a map, which travel to the kernel by gob.
func init() { gob.Register(map[string]any{}) }

// Display shows the figure below the cell of a GoNB notebook that calls it, with [Figure.AltText]
// for readers who can't see it. It returns an error outside of a notebook, and the errors of
// [Figure.PNG].
func (f Figure) Display() error {
	if err := needsNotebook(); err != nil {
		return err
	}
	shown, err := f.picture()
	if err != nil {
		return err
	}
	return show(shown.bundle("", ""))
}

// needsNotebook returns an error outside of a GoNB notebook.
func needsNotebook() error {
	if !gonbui.IsNotebook {
		return errors.New("plotting: there is no GoNB notebook to display in: " +
			"use Figure.Save or Animation.Save")
	}
	return nil
}

// picture is an encoded figure, as a notebook shows it.
type picture struct {
	png           []byte
	alt           string
	width, height int // In CSS pixels.
}

// picture encodes the figure. It returns the errors of [Figure.PNG].
func (f Figure) picture() (picture, error) {
	encoded, err := f.PNG()
	if err != nil {
		return picture{}, err
	}
	width, height, err := f.cssSize()
	if err != nil {
		return picture{}, err
	}
	return picture{png: encoded, alt: f.AltText(), width: width, height: height}, nil
}

// source returns the picture as a data URI, which is what an img element's src takes.
func (p picture) source() string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(p.png)
}

// img returns the picture as HTML. The background keeps axes readable where a theme is dark.
func (p picture) img() string {
	return fmt.Sprintf(`<img alt="%s" width="%d" `+
		`style="max-width:100%%;height:auto;background:white" src="%s">`,
		html.EscapeString(p.alt), p.width, p.source())
}

// bundle returns the message that shows the picture: as PNG for GitHub and nbconvert, which read
// its alternative text in the metadata, and as HTML for JupyterLab, whose pictures would have none.
// The HTML is page, or just the picture if page is empty. A later message with the same non-empty
// id takes the place of an earlier one.
func (p picture) bundle(id, page string) *protocol.DisplayData {
	if page == "" {
		page = p.img()
	}
	return &protocol.DisplayData{
		Data: map[protocol.MIMEType]any{
			protocol.MIMEImagePNG: p.png,
			protocol.MIMETextHTML: page,
		},
		Metadata: map[string]any{
			string(protocol.MIMEImagePNG): map[string]any{
				"alt": p.alt, "width": p.width, "height": p.height,
			},
		},
		DisplayID: id,
	}
}

// show sends a message to the notebook and waits until the kernel has read it: if the cell ended
// before, it would be lost.
func show(data *protocol.DisplayData) error {
	if err := send(data); err != nil {
		return err // Sync would wait for ever.
	}
	gonbui.Sync()
	return connectionError()
}

// send sends a message to the notebook, which the kernel reads when it can.
func send(data *protocol.DisplayData) error {
	gonbui.SendData(data)
	return connectionError()
}

// connectionError returns the error of the connection to the kernel, if it is broken.
func connectionError() error {
	if err := gonbui.Error(); err != nil {
		return fmt.Errorf("plotting: %w", err)
	}
	return nil
}
