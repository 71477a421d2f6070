package plotting_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/plotting"
)

// randomImages returns n images [n][values] with random values of 8 bits, from -1 to 1. The last
// value of each is -1, so that an image has corners that aren't white.
func randomImages(n, values int) [][]float64 {
	random := rand.New(rand.NewPCG(1, 2))
	images := make([][]float64, n)
	for i := range images {
		images[i] = make([]float64, values)
		for k := range images[i] {
			images[i][k] = float64(random.IntN(255))/127.5 - 1
		}
	}
	return images
}

// gridIn finds the grid of images in a picture without texts: the least rectangle around all that
// isn't white.
func gridIn(t *testing.T, picture image.Image) image.Rectangle {
	t.Helper()
	var found image.Rectangle
	bounds := picture.Bounds()
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			if r, g, b, _ := picture.At(x, y).RGBA(); r&g&b != 0xffff {
				found = found.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if found.Empty() {
		t.Fatal("the picture is white")
	}
	return found
}

// TestPixelsAreExact compares each dot of pictures with the value v of the pixel that it belongs
// to, which is v/127.5 - 1 in the image: in each block of dots, and in the white gaps.
func TestPixelsAreExact(t *testing.T) {
	all := make([]float64, 256)
	for v := range all {
		all[255-v] = float64(v)/127.5 - 1 // White first, black last.
	}
	for name, grid := range map[string]plotting.ImageGrid{
		"every grey": {
			Images: [][]float64{all, all}, Height: 16, Width: 16, Channels: 1, Columns: 2,
		},
		"wide images": {
			Images: randomImages(7, 4*9), Height: 4, Width: 9, Channels: 1, Columns: 4,
		},
		"colours": {
			Images: randomImages(6, 9*7*3), Height: 9, Width: 7, Channels: 3, Columns: 3,
		},
		"digits": {
			Images: randomImages(100, 28*28), Height: 28, Width: 28, Channels: 1, Columns: 10,
		},
	} {
		t.Run(name, func(t *testing.T) {
			figure := plotting.Images("", grid).Figure()
			picture, err := png.Decode(bytes.NewReader(encode(t, figure)))
			if err != nil {
				t.Fatal(err)
			}
			checkPixels(t, picture, grid)
		})
	}
}

// checkPixels checks the dots of a picture of a grid without texts.
func checkPixels(t *testing.T, picture image.Image, grid plotting.ImageGrid) {
	t.Helper()
	const gap = 3
	corner := image.Pt(12, 12+8) // 8 CSS pixels around the figure, and 5 below the title.
	found := gridIn(t, picture)
	factor := (found.Max.X - corner.X + gap) / grid.Columns / grid.Width
	if factor < 2 {
		t.Fatalf("%d dots per pixel", factor)
	}
	rows := (len(grid.Images) + grid.Columns - 1) / grid.Columns
	width, height := grid.Width*factor, grid.Height*factor // Of an image, in dots.
	end := corner.Add(image.Pt(grid.Columns*(width+gap)-gap, rows*(height+gap)-gap))
	if found.Max != end {
		t.Fatalf("the grid ends at %v, want %v", found.Max, end)
	}
	for y := range end.Y - corner.Y {
		for x := range end.X - corner.X {
			inX, inY := x%(width+gap), y%(height+gap)
			i := y/(height+gap)*grid.Columns + x/(width+gap)
			want := color.RGBA{0xff, 0xff, 0xff, 0xff}
			if i < len(grid.Images) && inX < width && inY < height {
				k := (inY/factor*grid.Width + inX/factor) * grid.Channels
				value := func(channel int) uint8 {
					return uint8((grid.Images[i][k+channel%grid.Channels]+1)*127.5 + 0.5)
				}
				want = color.RGBA{value(0), value(1), value(2), 0xff}
			}
			got := color.RGBAModel.Convert(picture.At(corner.X+x, corner.Y+y))
			if got != want {
				t.Fatalf("image %d, dot (%d, %d): %v, want %v", i, inX, inY, got, want)
			}
		}
	}
}

// TestPalettesOfImages has a palette in pictures of grey images, also beside a curve, but not in
// those of images with more than 256 colours.
func TestPalettesOfImages(t *testing.T) {
	gray := plotting.Images("grey", plotting.ImageGrid{Images: randomImages(9, 64)})
	curve := plotting.Curves("", "loss", plotting.Curve{Values: []float64{3, 1, 2}})
	colours := plotting.ImageGrid{Images: randomImages(9, 64*3), Channels: 3}
	for name, test := range map[string]struct {
		figure     plotting.Figure
		hasPalette bool
	}{
		"grey":           {gray.Figure(), true},
		"beside a curve": {plotting.Row(curve, gray), true},
		"colours":        {plotting.Row(gray, plotting.Images("", colours)), false},
	} {
		config, err := png.DecodeConfig(bytes.NewReader(encode(t, test.figure)))
		if err != nil {
			t.Fatal(err)
		}
		if _, hasPalette := config.ColorModel.(color.Palette); hasPalette != test.hasPalette {
			t.Errorf("%s: a palette: %v, want %v", name, hasPalette, test.hasPalette)
		}
	}
}

// TestImagesAreClipped draws values outside of [-1, 1] as black and white.
func TestImagesAreClipped(t *testing.T) {
	draw := func(values ...float64) []byte {
		grid := plotting.ImageGrid{Images: [][]float64{values}, Height: 1, Width: 3}
		return encode(t, plotting.Images("a", grid).Figure())
	}
	if !bytes.Equal(draw(-7, 0, 1e300), draw(-1, 0, 1)) {
		t.Error("values outside of [-1, 1] aren't drawn as black and white")
	}
	if bytes.Equal(draw(-1, 0, 1), draw(-1, 0, 0.9)) {
		t.Error("0.9 is drawn as 1")
	}
}

// TestDefaultsOfImageGrid compares pictures of grids whose fields are left out with those whose
// fields are set.
func TestDefaultsOfImageGrid(t *testing.T) {
	names := []string{"a", "b", "c", "d"}
	for name, test := range map[string]struct{ defaults, full plotting.ImageGrid }{
		"a strip": {
			plotting.ImageGrid{Images: randomImages(7, 25)},
			plotting.ImageGrid{Images: randomImages(7, 25), Height: 5, Width: 5, Channels: 1,
				Columns: 7},
		},
		"rows of 10": {
			plotting.ImageGrid{Images: randomImages(23, 12), Channels: 3},
			plotting.ImageGrid{Images: randomImages(23, 12), Height: 2, Width: 2, Channels: 3,
				Columns: 10},
		},
		"a row for each label": {
			plotting.ImageGrid{Images: randomImages(15, 4), RowLabels: names},
			plotting.ImageGrid{Images: randomImages(15, 4), RowLabels: names, Columns: 4},
		},
		"a column for each label": {
			plotting.ImageGrid{Images: randomImages(15, 4), ColumnLabels: names},
			plotting.ImageGrid{Images: randomImages(15, 4), ColumnLabels: names, Columns: 4},
		},
	} {
		got := encode(t, plotting.Images("", test.defaults).Figure())
		if !bytes.Equal(got, encode(t, plotting.Images("", test.full).Figure())) {
			t.Errorf("%s: the pictures differ", name)
		}
	}
}

// TestImagesAreValues draws one panel in several figures at once, after its data have changed.
func TestImagesAreValues(t *testing.T) {
	newPanel := func() (plotting.Panel, plotting.ImageGrid) {
		grid := plotting.ImageGrid{
			Images: randomImages(4, 16), RowLabels: []string{"a", "b"},
			ColumnLabels: []string{"c", "d"},
		}
		return plotting.Images("images", grid), grid
	}
	layouts := func(panel plotting.Panel) []plotting.Figure {
		curves := plotting.Curves("", "loss", plotting.Curve{Values: []float64{1, 2}})
		return []plotting.Figure{
			panel.Figure(), plotting.Row(panel, panel), plotting.Row(curves, panel),
			plotting.Grid([]plotting.Panel{panel}, []plotting.Panel{panel}),
		}
	}
	shared, grid := newPanel()
	for _, values := range grid.Images {
		clear(values)
	}
	clear(grid.RowLabels)
	clear(grid.ColumnLabels)
	got := drawAtOnce(t, layouts(shared))
	unshared, _ := newPanel()
	for i, figure := range layouts(unshared) {
		if !slices.Equal(got[i], encode(t, figure)) {
			t.Errorf("figure %d differs if its panel is shared and its data change", i)
		}
	}
}

// TestImagesInAnimation draws grids of the same shape as frames, and refuses another shape.
func TestImagesInAnimation(t *testing.T) {
	frame := func(n int) plotting.Figure {
		return plotting.Images("in training", plotting.ImageGrid{Images: randomImages(n, 64)}).
			Figure()
	}
	_, err := plotting.Animation{Frames: []plotting.Figure{frame(20), frame(19)}}.GIF()
	if err != nil {
		t.Error(err)
	}
	_, err = plotting.Animation{Frames: []plotting.Figure{frame(20), frame(21)}}.GIF()
	checkError(t, err, "frame 1 has the size")
}
