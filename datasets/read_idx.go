package datasets

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
)

// ErrImages is the kind of [ReadError] of what is wrong with images or their labels, for errors.Is.
var ErrImages = errors.New("not images that can be read")

// ReadIDX returns the images of a file in the IDX format of MNIST, compressed by gzip or not, in
// their order. The file holds unsigned bytes [n, height, width] or [n, height, width, channels],
// with 1 or 3 channels. The file labels [n], if it is not empty, holds the label of each image,
// from 0 to 255: label d is class d + 1, named "d", and there are as many classes as the largest
// label needs.
//
// The format: http://yann.lecun.com/exdb/mnist, "The IDX file format". Errors are of type
// [ReadError]: a file of another kind, a side that is not from 1 to 4096, a file that ends too
// early or goes on, and another number of labels than of images. Images of up to 2 GiB can be read.
func ReadIDX(images, labels string) (*Images, error) {
	read, err := readIDX(images, idxImages)
	if err != nil {
		return nil, withPath(images, err)
	}
	like := Images{Height: read.sizes[1], Width: read.sizes[2], Channels: 1}
	if len(read.sizes) == 4 {
		like.Channels = read.sizes[3]
	}
	if labels == "" {
		return newImages(like, filepath.Base(images), read.bytes, nil), nil
	}
	readLabels, err := readIDX(labels, idxLabels)
	if err == nil && readLabels.sizes[0] != read.sizes[0] {
		err = problem(ErrImages, "%s, but %s has %s", counted(readLabels.sizes[0], "label"),
			shortPath(images), counted(read.sizes[0], "image"))
	}
	if err != nil {
		return nil, withPath(labels, err)
	}
	like.classNames = digitNames(int(slices.Max(readLabels.bytes)) + 1)
	classes := make([]int32, len(readLabels.bytes))
	for i, label := range readLabels.bytes {
		classes[i] = int32(label) + 1
	}
	return newImages(like, filepath.Base(images), read.bytes, classes), nil
}

// digitNames returns the names "0", "1" and so on.
func digitNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}
