package notebooks

import (
	"bytes"
	"encoding/base64"
	"html"
	"image/png"
	"regexp"
	"strings"
	"testing"
)

// checkOutputs checks what every executed notebook must satisfy: all cells were executed in order,
// there is no error and nothing on standard error, and each cell shows its pictures, which have
// alternative texts.
func checkOutputs(t *testing.T, book notebook) {
	t.Helper()
	if book.Metadata.Kernelspec.Name != "gonb" {
		t.Errorf("the kernel is %q, want gonb", book.Metadata.Kernelspec.Name)
	}
	pictures := 0
	for i, cell := range book.codeCells() {
		number := i + 1
		if cell.Execution != number {
			t.Errorf("code cell %d was executed as number %d", number, cell.Execution)
		}
		shown := 0
		for _, output := range cell.Outputs {
			switch {
			case output.Type == "error", output.Name == "stderr":
				t.Errorf("code cell %d: %s %s", number, output.Type, output.Text)
			case output.Data.PNG != "":
				shown++
				checkPicture(t, number, string(output.Data.PNG))
				checkAltText(t, number, output.Metadata.PNG.Alt)
				if output.Data.HTML != "" {
					t.Errorf("code cell %d: a picture twice, as PNG and as HTML", number)
				}
			case output.Data.HTML != "":
				shown++
				checkPlayer(t, number, string(output.Data.HTML))
			}
		}
		if want := displays(string(cell.Source)); shown != want {
			t.Errorf("code cell %d shows %d pictures, want %d", number, shown, want)
		}
		pictures += shown
	}
	if pictures == 0 {
		t.Error("there are no pictures")
	}
}

// displays counts the pictures that a cell shows. The part before %% only declares functions; train
// and finish leave one picture.
func displays(source string) int {
	_, run, found := strings.Cut(source, "%%\n")
	if !found {
		return 0
	}
	return strings.Count(run, ".Display()") + strings.Count(run, ".train(") +
		strings.Count(run, ".finish()")
}

// checkAltText checks that an alternative text says more than a file's name would.
func checkAltText(t *testing.T, cell int, alt string) {
	t.Helper()
	if len(strings.Fields(alt)) < 8 {
		t.Errorf("code cell %d: the alternative text of a picture is %q", cell, alt)
	}
}

// checkPicture checks that a PNG, in base64, has something coloured on it, or grey images, which
// make more of it dark than text and axes do.
func checkPicture(t *testing.T, cell int, encoded string) {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil {
		t.Fatalf("code cell %d: %v", cell, err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatalf("code cell %d: %v", cell, err)
	}
	coloured, dark := 0, 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			switch r, g, b, _ := picture.At(x, y).RGBA(); {
			case max(r, g, b)-min(r, g, b) > 0x1000:
				coloured++
			case max(r, g, b) < 0x6000:
				dark++
			}
		}
	}
	if coloured < 500 && 20*dark < picture.Bounds().Dx()*picture.Bounds().Dy() {
		t.Errorf("code cell %d: the picture is blank, with %d coloured and %d dark pixels",
			cell, coloured, dark)
	}
}

var (
	embeddedPNG = regexp.MustCompile(`data:image/png;base64,([A-Za-z0-9+/=]+)`)
	imageAlt    = regexp.MustCompile(`<img alt="([^"]*)"`)
)

// checkPlayer checks that HTML is a player of at least 5 frames that all differ, and that its last
// frame has something coloured on it and an alternative text.
func checkPlayer(t *testing.T, cell int, page string) {
	t.Helper()
	pictures := embeddedPNG.FindAllStringSubmatch(page, -1)
	differing := map[string]bool{}
	for _, picture := range pictures {
		differing[picture[1]] = true
	}
	// One of them is what the frames have in common.
	if len(differing) < 6 || len(differing) < len(pictures) {
		t.Fatalf("code cell %d: an animation with %d different pictures among %d",
			cell, len(differing), len(pictures))
	}
	checkPicture(t, cell, pictures[0][1])
	alt := imageAlt.FindStringSubmatch(page)
	if alt == nil {
		t.Fatalf("code cell %d: an animation without an alternative text", cell)
	}
	checkAltText(t, cell, html.UnescapeString(alt[1]))
}
