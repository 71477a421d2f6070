package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// Images is the uniform distribution on a list of images of the same size, made by [ReadIDX],
// [ReadMNIST] or [ReadImages]. Images may have classes.
//
// A pixel is kept in 8 bits. As a point of a model, an image is its pixels row by row, the channels
// of a pixel beside each other, [Height·Width·Channels], in [-1, 1]: 0 becomes -1, which is black,
// and 255 becomes 1. The fields must not be changed.
type Images struct {
	Height, Width int // Pixels.
	Channels      int // 1 for grey images, 3 for red, green and blue.

	name       string
	pixels     []uint8 // [n·Dim()].
	labels     []int32 // [n], from 1; nil if there are no classes.
	classNames []string

	fingerprint func() string // Computes it at the first call.
}

// mostBytes is the largest number of bytes of a list of images.
const mostBytes = 1<<31 - 1

// newImages returns images with the shape and the classes of another list.
func newImages(like Images, name string, pixels []uint8, labels []int32) *Images {
	images := &Images{
		Height: like.Height, Width: like.Width, Channels: like.Channels,
		name: name, pixels: pixels, labels: labels, classNames: like.classNames,
	}
	images.fingerprint = sync.OnceValue(images.computeFingerprint)
	return images
}

// Name returns the name of the file or folder, without the folder that it is in.
func (im *Images) Name() string { return im.name }

// Len returns the number of images.
func (im *Images) Len() int { return len(im.pixels) / im.Dim() }

// Dim returns the number of coordinates of a point, Height·Width·Channels.
func (im *Images) Dim() int { return im.Height * im.Width * im.Channels }

// Classes returns the number of classes, 0 if there are none.
func (im *Images) Classes() int { return len(im.classNames) }

// ClassNames returns the names [Classes()] of the classes: class k has the name ClassNames()[k-1].
// They are nil if there are no classes.
func (im *Images) ClassNames() []string { return slices.Clone(im.classNames) }

// Values returns 0, the number of condition values of an image.
func (im *Images) Values() int { return 0 }

// Labels returns the class of each image [n], from 1 to Classes(). It is nil if there are no
// classes.
func (im *Images) Labels() []int {
	if im.labels == nil {
		return nil
	}
	labels := make([]int, len(im.labels))
	for i, label := range im.labels {
		labels[i] = int(label)
	}
	return labels
}

// Points returns all images as points [n][Dim()], pixel/127.5 - 1 for each pixel. They take eight
// times the memory of the images: [Images.Head] and [Images.Select] choose some.
func (im *Images) Points() [][]float64 {
	dim := im.Dim()
	flat := make([]float64, len(im.pixels))
	for i, pixel := range im.pixels {
		flat[i] = (float64(pixel) - middle) / middle
	}
	points := make([][]float64, im.Len())
	for i := range points {
		points[i] = flat[i*dim : (i+1)*dim : (i+1)*dim]
	}
	return points
}

// middle is the pixel that becomes 0.
const middle = 127.5

// Head returns the first n images, or all if there are fewer. No pixel is copied. Head panics if n
// is below 1, as slicing does for a negative index: only a mistake in the program passes it.
func (im *Images) Head(n int) *Images {
	if n < 1 {
		panic(fmt.Errorf("datasets: Head: n is %d, it must be at least 1", n))
	}
	n = min(n, im.Len())
	labels := im.labels
	if labels != nil {
		labels = labels[:n:n]
	}
	end := n * im.Dim()
	return newImages(*im, im.name, im.pixels[:end:end], labels)
}

// Select returns copies of the images at indices [n], n at least 1, in their order; an index may
// occur more than once. The classes are the same, even if some have no image. It returns an error
// for an index that is not from 0 to Len()-1.
func (im *Images) Select(indices []int) (*Images, error) {
	if len(indices) == 0 {
		return nil, errors.New("datasets: Select: indices is empty, it must have at least one")
	}
	dim := im.Dim()
	if len(indices) > mostBytes/dim {
		return nil, fmt.Errorf("datasets: Select: indices has %d indices, at most %d images of %d "+
			"bytes are possible", len(indices), mostBytes/dim, dim)
	}
	pixels := make([]uint8, 0, len(indices)*dim)
	var labels []int32
	for k, i := range indices {
		if i < 0 || i >= im.Len() {
			return nil, fmt.Errorf("datasets: Select: indices[%d] is %d, it must be from 0 to %d",
				k, i, im.Len()-1)
		}
		pixels = append(pixels, im.pixels[i*dim:(i+1)*dim]...)
		if im.labels != nil {
			labels = append(labels, im.labels[i])
		}
	}
	return newImages(*im, im.name, pixels, labels), nil
}

// size returns the size of an image in words.
func (im *Images) size() string {
	return fmt.Sprintf("%d × %d × %d", im.Height, im.Width, im.Channels)
}

// Schema returns the size of the images and the names of the classes.
func (im *Images) Schema() ImageSchema {
	return ImageSchema{im.Height, im.Width, im.Channels, im.ClassNames()}
}

// Description returns the Schema in JSON; [ParseImageSchema] reads it. A checkpoint of a model that
// is trained on the images keeps it.
func (im *Images) Description() ([]byte, error) { return json.Marshal(im.Schema()) }

// Fingerprint returns "images, <n> × <height> × <width> × <channels>, sha256 <first 16 hex
// digits>". The hash covers the pixels and the classes in their order, and the names of the
// classes. The first call computes it.
func (im *Images) Fingerprint() string { return im.fingerprint() }

func (im *Images) computeFingerprint() string {
	description, err := im.Description()
	if err != nil {
		panic(err) // Numbers and texts only.
	}
	return fmt.Sprintf("images, %d × %s, sha256 %s", im.Len(), im.size(),
		digest(description, im.pixels, im.labels))
}
