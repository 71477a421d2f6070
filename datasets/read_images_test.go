package datasets_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif" // Package image can decode it then, too.
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/meanflow-go/meanflow/datasets"
)

func pngOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := png.Encode(&buffer, picture); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func jpegOf(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := jpeg.Encode(&buffer, picture, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// greyImage returns an image of one grey.
func greyImage(height, width int, grey uint8) image.Image {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = grey
	}
	return picture
}

// readImages reads a folder that must be right.
func readImages(t *testing.T, folder string, options datasets.ImageOptions) *datasets.Images {
	t.Helper()
	images, err := datasets.ReadImages(folder, options)
	if err != nil {
		t.Fatal(err)
	}
	return images
}

// pixelsOf returns the pixels of an image, from 0 to 255.
func pixelsOf(images *datasets.Images, i int) []int {
	var pixels []int
	for _, x := range images.Points()[i] {
		pixels = append(pixels, int(math.Round((x+1)*127.5)))
	}
	return pixels
}

// TestReadImagesOfClasses wants classes and images in the order of their names, and what is hidden
// to be ignored.
func TestReadImagesOfClasses(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "own")
	for name, grey := range map[string]uint8{
		"dog/2.png": 4, "dog/10.png": 3, "cat/b.JPG": 2, "cat/a.jpeg": 1, "dog/unnamed": 5,
	} {
		picture, encode := greyImage(3, 2, grey), pngOf
		if filepath.Dir(name) == "cat" {
			encode = jpegOf
		}
		writeFile(t, folder, name, encode(t, picture))
	}
	for _, name := range []string{
		".DS_Store", "cat/._a.jpeg", "dog/Thumbs.db", ".ipynb_checkpoints/x.png", "desktop.ini",
	} {
		writeFile(t, folder, name, []byte("not an image"))
	}
	images := readImages(t, folder, datasets.ImageOptions{})
	if !slices.Equal(images.ClassNames(), []string{"cat", "dog"}) ||
		!slices.Equal(images.Labels(), []int{1, 1, 2, 2, 2}) || images.Name() != "own" {
		t.Errorf("%s has the classes %q, %v", images.Name(), images.ClassNames(), images.Labels())
	}
	if images.Height != 3 || images.Width != 2 || images.Channels != 1 {
		t.Errorf("the shape is %+v, want 3 × 2 × 1", images.Schema())
	}
	for i := range 5 {
		for _, pixel := range pixelsOf(images, i) {
			if pixel != i+1 {
				t.Errorf("image %d has the pixel %d, want %d", i, pixel, i+1)
			}
		}
	}
	flat := readImages(t, filepath.Join(folder, "cat"), datasets.ImageOptions{})
	if flat.Classes() != 0 || flat.Labels() != nil || flat.Len() != 2 {
		t.Errorf("a folder without subfolders has %d images of the classes %v", flat.Len(),
			flat.Labels())
	}
}

// patterned returns an image of 11 × 20 pixels that both tests and Pillow can compute.
func patterned() image.Image {
	picture := image.NewNRGBA(image.Rect(3, 5, 23, 16)) // The origin must not matter.
	for y := range 11 {
		for x := range 20 {
			channel := func(c int) uint8 { return uint8(37*x*x + 91*y + 53*c*(x+y)*y) }
			picture.SetNRGBA(3+x, 5+y, color.NRGBA{channel(0), channel(1), channel(2), 255})
		}
	}
	return picture
}

// TestResize compares with Pillow 13.0: each channel in its mode F, cropped, resized by
// Image.BICUBIC, which is Catmull-Rom's kernel, rounded and clipped.
func TestResize(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, folder, "a.png", pngOf(t, patterned()))
	// Crop (3, 0, 16, 11).
	small := readImages(t, folder, datasets.ImageOptions{Height: 5, Width: 6})
	want := []int{
		118, 111, 115, 139, 52, 108, 109, 75, 85, 133, 96, 124, 131, 159, 152, 132, 117, 132, 92,
		101, 139, 128, 142, 126, 139, 103, 149, 130, 107, 150, 133, 109, 126, 119, 174, 129, 97,
		135, 150, 144, 130, 115, 110, 150, 150, 137, 171, 102, 141, 131, 152, 125, 141, 132, 120,
		129, 175, 111, 135, 118, 125, 146, 89, 161, 113, 113, 154, 137, 156, 108, 129, 147, 147,
		179, 179, 128, 149, 112, 141, 88, 157, 96, 116, 186, 112, 150, 114, 141, 137, 80,
	}
	if got := pixelsOf(small, 0); !slices.Equal(got, want) || small.Channels != 3 {
		t.Errorf("5 × 6: %v, want %v", got, want)
	}
	// Crop (5, 0, 14, 11); green in the rows 0, 7 and 23.
	large := readImages(t, folder, datasets.ImageOptions{Height: 24, Width: 20})
	want = []int{
		177, 154, 100, 51, 29, 21, 27, 49, 103, 176, 191, 149, 121, 118, 130, 172, 207, 174, 116,
		93, 158, 171, 203, 210, 156, 94, 58, 37, 34, 49, 80, 130, 146, 106, 65, 50, 48, 69, 99, 111,
		22, 65, 165, 245, 255, 233, 136, 28, 42, 130, 158, 131, 112, 108, 125, 190, 250, 224, 166,
		143,
	}
	pixels := pixelsOf(large, 0)
	for k, row := range []int{0, 7, 23} {
		for x := range 20 {
			if got := pixels[(row*20+x)*3+1]; got != want[20*k+x] {
				t.Errorf("24 × 20: row %d, column %d is %d, want %d", row, x, got, want[20*k+x])
			}
		}
	}
	// A side of one pixel remains, and the whole of an image of the same ratio.
	if got := readImages(t, folder, datasets.ImageOptions{Height: 1, Width: 400}); got.Len() != 1 {
		t.Errorf("1 × 400: %d images", got.Len())
	}
}

// TestChannels wants greys by BT.601, 0.299 R + 0.587 G + 0.114 B, and transparent pixels on white.
func TestChannels(t *testing.T) {
	folder := t.TempDir()
	picture := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	picture.SetNRGBA(0, 0, color.NRGBA{200, 100, 50, 255})
	picture.SetNRGBA(1, 0, color.NRGBA{200, 100, 50, 51}) // A fifth of it, four fifths of white.
	writeFile(t, folder, "a.png", pngOf(t, picture))
	for channels, want := range map[int][]int{
		0: {200, 100, 50, 244, 224, 214}, 3: {200, 100, 50, 244, 224, 214}, 1: {124, 229},
	} {
		images := readImages(t, folder, datasets.ImageOptions{Channels: channels})
		if got := pixelsOf(images, 0); !slices.Equal(got, want) {
			t.Errorf("%d channels: %v, want %v", channels, got, want)
		}
	}
	writeFile(t, folder, "a.png", pngOf(t, greyImage(1, 2, 9)))
	images := readImages(t, folder, datasets.ImageOptions{Channels: 3})
	if got := pixelsOf(images, 0); !slices.Equal(got, []int{9, 9, 9, 9, 9, 9}) {
		t.Errorf("grey in 3 channels: %v", got)
	}
}

// TestGreyBesideColour wants three channels of all images if one of them is coloured.
func TestGreyBesideColour(t *testing.T) {
	folder := t.TempDir()
	coloured := image.NewNRGBA(image.Rect(0, 0, 2, 1))
	coloured.SetNRGBA(0, 0, color.NRGBA{1, 2, 3, 255})
	coloured.SetNRGBA(1, 0, color.NRGBA{4, 4, 4, 255})
	for name, picture := range map[string]image.Image{
		"a.png": greyImage(1, 2, 8), "b.png": greyImage(1, 2, 9), "c.png": coloured,
		"d.png": greyImage(1, 2, 10),
	} {
		writeFile(t, folder, name, pngOf(t, picture))
	}
	images := readImages(t, folder, datasets.ImageOptions{})
	for i, want := range [][]int{
		{8, 8, 8, 8, 8, 8}, {9, 9, 9, 9, 9, 9}, {1, 2, 3, 4, 4, 4}, {10, 10, 10, 10, 10, 10},
	} {
		if got := pixelsOf(images, i); !slices.Equal(got, want) {
			t.Errorf("image %d has the pixels %v, want %v", i, got, want)
		}
	}
}

// TestGreyTakesOneByte wants a pixel of grey images to be kept in one byte.
func TestGreyTakesOneByte(t *testing.T) {
	const side = 1000
	folder := t.TempDir()
	writeFile(t, folder, "a.png", pngOf(t, greyImage(side, side, 9)))
	kept := func() float64 {
		runtime.GC()
		runtime.GC() // The first keeps the memory of pools.
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		return float64(memory.HeapAlloc)
	}
	before := kept()
	images := readImages(t, folder, datasets.ImageOptions{})
	if perPixel := (kept() - before) / (side * side); perPixel > 1.5 {
		t.Errorf("a pixel takes %.2f bytes, want 1", perPixel)
	}
	runtime.KeepAlive(images)
}

// TestKindsOfPNG wants the nearest of 8 bits for 16, and the colours of a palette.
func TestKindsOfPNG(t *testing.T) {
	folder := t.TempDir()
	deep := image.NewGray16(image.Rect(0, 0, 2, 1))
	deep.SetGray16(0, 0, color.Gray16{0x64*257 + 128})
	deep.SetGray16(1, 0, color.Gray16{0x64*257 + 129})
	writeFile(t, folder, "deep/a.png", pngOf(t, deep))
	palette := color.Palette{color.Gray{7}, color.Gray{9}}
	paletted := image.NewPaletted(image.Rect(0, 0, 2, 1), palette)
	paletted.Pix[1] = 1
	writeFile(t, folder, "paletted/a.png", pngOf(t, paletted))
	images := readImages(t, folder, datasets.ImageOptions{})
	for i, want := range [][]int{{0x64, 0x65}, {7, 9}} {
		if got := pixelsOf(images, i); !slices.Equal(got, want) || images.Channels != 1 {
			t.Errorf("image %d has the pixels %v, want %v", i, got, want)
		}
	}
}

// TestCMYK reads an image that Pillow wrote from the inks (1, 0, 0, 0), cyan, and (0, 0, 0, 1/2),
// grey.
func TestCMYK(t *testing.T) {
	content, err := os.ReadFile("testdata/cmyk.jpg")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	writeFile(t, folder, "a.jpg", content)
	images := readImages(t, folder, datasets.ImageOptions{})
	pixels := pixelsOf(images, 0)
	for k, want := range []float64{0, 255, 255, 127, 127, 127} {
		at := (4*16+3+k/3*9)*3 + k%3
		near(t, "colour", float64(pixels[at]), want, 3)
	}
}

// turnedJPEG returns an image of 32 × 48 pixels, 2 × 3 blocks of greys, with an orientation.
func turnedJPEG(t *testing.T, orientation byte) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 48, 32))
	for y := range 32 {
		for x := range 48 {
			grey := []uint8{10, 60, 110, 160, 210, 250}[y/16*3+x/16]
			picture.SetGray(x, y, color.Gray{grey})
		}
	}
	plain := jpegOf(t, picture)
	// Exif: a big-endian TIFF header, and one entry, the tag 0x112 of one 16-bit number.
	tiff := "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" +
		string(orientation) + "\x00\x00\x00\x00\x00\x00"
	segment := "Exif\x00\x00" + tiff
	header := []byte{0xff, 0xe1, 0, byte(len(segment) + 2)}
	return slices.Concat(plain[:2], header, []byte(segment), plain[2:])
}

// TestOrientation wants what Pillow's ImageOps.exif_transpose makes of the blocks.
func TestOrientation(t *testing.T) {
	for orientation, want := range map[byte][][]int{
		0: {{10, 60, 110}, {160, 210, 250}}, // Unknown.
		1: {{10, 60, 110}, {160, 210, 250}},
		2: {{110, 60, 10}, {250, 210, 160}},
		3: {{250, 210, 160}, {110, 60, 10}},
		4: {{160, 210, 250}, {10, 60, 110}},
		5: {{10, 160}, {60, 210}, {110, 250}},
		6: {{160, 10}, {210, 60}, {250, 110}},
		7: {{250, 110}, {210, 60}, {160, 10}},
		8: {{110, 250}, {60, 210}, {10, 160}},
	} {
		folder := t.TempDir()
		writeFile(t, folder, "a.jpg", turnedJPEG(t, orientation))
		rows, columns := len(want), len(want[0])
		for _, options := range []datasets.ImageOptions{
			{}, {Height: 16 * rows, Width: 16 * columns}, {Height: 8 * rows, Width: 8 * columns},
		} {
			images := readImages(t, folder, options)
			block := images.Height / rows
			if images.Width != block*columns {
				t.Fatalf("orientation %d: %+v", orientation, images.Schema())
			}
			pixels := pixelsOf(images, 0)
			for y, row := range want {
				for x, grey := range row {
					at := (y*block+block/2)*images.Width + x*block + block/2
					near(t, "grey", float64(pixels[at]), float64(grey), 3)
				}
			}
		}
	}
}

// claiming returns the beginning of a PNG file that claims a size.
func claiming(height, width uint32) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 0, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk))
}

func TestReadImagesErrors(t *testing.T) {
	good := pngOf(t, greyImage(3, 2, 1))
	damaged := slices.Clone(pngOf(t, patterned()))
	damaged[len(damaged)/2] ^= 255
	other := pngOf(t, greyImage(2, 3, 1))
	var animated bytes.Buffer
	if err := gif.Encode(&animated, greyImage(3, 2, 1), nil); err != nil {
		t.Fatal(err)
	}
	sized := datasets.ImageOptions{Height: 4, Width: 4}
	for name, step := range map[string]struct {
		files   map[string][]byte
		options datasets.ImageOptions
		words   []string
	}{
		"empty":  {words: []string{"has no images"}},
		"hidden": {files: map[string][]byte{".a.png": good}, words: []string{"has no images"}},
		"both": {files: map[string][]byte{"a.png": good, "b/a.png": good},
			words: []string{`file "a.png" beside the subfolder "b"`}},
		"deep": {files: map[string][]byte{"b/c/a.png": good},
			words: []string{`subfolder "c"`}},
		"no images in a class": {files: map[string][]byte{"a/a.png": good, "b/.x": good},
			words: []string{"b: the folder of a class"}},
		"text": {files: map[string][]byte{"a.png": []byte("text")},
			words: []string{"a.png: neither"}},
		"GIF": {files: map[string][]byte{"a.png": animated.Bytes()},
			words: []string{"a.png: neither"}},
		"nothing": {files: map[string][]byte{"a.png": {}}, words: []string{"a.png: neither"}},
		"other kind": {files: map[string][]byte{"a.png": good, "notes.txt": []byte("1")},
			words: []string{"notes.txt: neither"}},
		"cut off": {files: map[string][]byte{"a.png": good[:len(good)-20]},
			words: []string{"a.png: damaged", "unexpected EOF"}},
		"damaged": {files: map[string][]byte{"a.png": damaged}, words: []string{"a.png: damaged"}},
		"cut JPEG": {files: map[string][]byte{"a.jpg": turnedJPEG(t, 6)[:200]},
			words: []string{"a.jpg: the file is cut off"}},
		"sizes": {files: map[string][]byte{"a.png": good, "b.png": other},
			words: []string{"b.png: 2 × 3 pixels, but a.png has 3 × 2: set Height and Width"}},
		"bomb": {files: map[string][]byte{"a.png": claiming(20_000, 20_000)}, options: sized,
			words: []string{"a.png: 20000 × 20000 pixels, at most 100,000,000"}},
		"large": {files: map[string][]byte{"a.png": pngOf(t, greyImage(1, 4097, 1))},
			words: []string{"1 × 4097", "4096"}},
		"one side": {files: map[string][]byte{"a.png": good},
			options: datasets.ImageOptions{Height: 3},
			words:   []string{"Height is 3", "Width is 0"}},
		"negative": {options: datasets.ImageOptions{Height: -1, Width: -1},
			words: []string{"Height is -1"}},
		"huge": {options: datasets.ImageOptions{Height: 1e9, Width: 1},
			words: []string{"Height is 1000000000", "4096"}},
		"channels": {options: datasets.ImageOptions{Channels: 2},
			words: []string{"Channels is 2", "1, 3"}},
	} {
		folder := t.TempDir()
		for file, content := range step.files {
			if content != nil {
				writeFile(t, folder, file, content)
			}
		}
		_, err := datasets.ReadImages(folder, step.options)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		checkReadError(t, err, step.words...)
	}
	_, err := datasets.ReadImages(filepath.Join(t.TempDir(), "absent"), sized)
	checkReadError(t, err, "absent")
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want os.ErrNotExist", err)
	}
	file := writeFile(t, t.TempDir(), "a.png", good)
	_, err = datasets.ReadImages(file, sized)
	checkReadError(t, err, "a.png", "not a directory")
	folder := t.TempDir()
	if os.Symlink("nowhere", filepath.Join(folder, "a.png")) == nil {
		_, err = datasets.ReadImages(folder, sized)
		checkReadError(t, err, `"a.png": no such file`)
	}
}

// TestLinks reads a linked image, and refuses a linked device.
func TestLinks(t *testing.T) {
	file := writeFile(t, t.TempDir(), "image", pngOf(t, greyImage(3, 2, 1)))
	folder := t.TempDir()
	if err := os.Symlink(file, filepath.Join(folder, "a.png")); err != nil {
		t.Skip(err)
	}
	if images := readImages(t, folder, datasets.ImageOptions{}); images.Len() != 1 {
		t.Errorf("there are %d images, want 1", images.Len())
	}
	if err := os.Symlink(os.DevNull, filepath.Join(folder, "b.png")); err != nil {
		t.Fatal(err)
	}
	_, err := datasets.ReadImages(folder, datasets.ImageOptions{})
	checkReadError(t, err, `has "b.png", which is neither a file nor a folder`)
}
