package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
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

// idx is an array of unsigned bytes.
type idx struct {
	sizes []int
	bytes []uint8
}

// idxKind is what a file must hold.
type idxKind int

const (
	idxImages idxKind = iota
	idxLabels
)

func (k idxKind) String() string { return [...]string{"image", "label"}[k] }

const (
	unsignedByte = 8
	// spareBytes is the largest memory that is reserved because a header says that it is needed.
	spareBytes = 1 << 20
)

// readIDX reads a file of images or of labels.
func readIDX(path string, kind idxKind) (*idx, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, openError(err)
	}
	defer file.Close()
	source := bufio.NewReaderSize(file, 1<<16)
	head, err := source.Peek(len(magicGzip))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, openError(err) // A folder, for instance.
	}
	if string(head) != magicGzip {
		return readPlainIDX(source, kind)
	}
	unpacked, err := gzip.NewReader(source)
	if err != nil {
		return nil, damaged(err)
	}
	return readPlainIDX(unpacked, kind)
}

// readPlainIDX reads a file that is not compressed.
func readPlainIDX(source io.Reader, kind idxKind) (*idx, error) {
	sizes, err := readIDXHeader(source, kind)
	if err != nil {
		return nil, err
	}
	item := 1 // Bytes of an image or label, at most 4096·4096·3.
	for _, size := range sizes[1:] {
		item *= size
	}
	if sizes[0] > mostBytes/item {
		return nil, problem(ErrImages, "the header states %s of %s, which are over 2 GiB",
			counted(sizes[0], kind.String()), counted(item, "byte"))
	}
	size := sizes[0] * item
	var buffer bytes.Buffer
	buffer.Grow(min(size, spareBytes))
	_, err = io.CopyN(&buffer, source, int64(size))
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, problem(ErrImages, "cut off: the header states %s, there are %s",
			counted(sizes[0], kind.String()), thousands(buffer.Len()/item))
	}
	if err != nil {
		return nil, damaged(err)
	}
	// At the end gzip compares its checksum.
	switch n, err := io.ReadFull(source, make([]byte, 1)); {
	case n > 0:
		return nil, problem(ErrImages, "the file goes on after the %s that its header states",
			counted(sizes[0], kind.String()))
	case !errors.Is(err, io.EOF):
		return nil, damaged(err)
	}
	return &idx{sizes, buffer.Bytes()}, nil
}

// readIDXHeader reads the sizes of an array of images or labels. All are at least 1, and those of
// an image small.
func readIDXHeader(source io.Reader, kind idxKind) ([]int, error) {
	var magic [4]byte
	if n, err := io.ReadFull(source, magic[:]); err != nil {
		return nil, headerError(n, err)
	}
	if magic[0] != 0 || magic[1] != 0 {
		return nil, problem(ErrImages, "begins with the bytes %x: an IDX file begins with 0000",
			magic)
	}
	if magic[2] != unsignedByte {
		return nil, problem(ErrImages, "holds numbers of the IDX type 0x%02x, they must be "+
			"unsigned bytes, 0x08", magic[2])
	}
	dims := int(magic[3])
	isLabels, isImages := dims == 1, dims == 3 || dims == 4
	switch {
	case kind == idxImages && isLabels:
		return nil, problem(ErrImages, "a file of labels, it must be one of images")
	case kind == idxLabels && isImages:
		return nil, problem(ErrImages, "a file of images, it must be one of labels")
	case !isLabels && !isImages:
		return nil, problem(ErrImages, "an array of %s, images have 3 or 4 and labels 1",
			counted(dims, "dimension"))
	}
	header := make([]uint32, dims)
	if err := binary.Read(source, binary.BigEndian, header); err != nil {
		return nil, headerError(len(magic), err)
	}
	sizes := make([]int, dims)
	for k, size := range header {
		if size == 0 || k > 0 && size > mostSide || size > mostBytes {
			return nil, problem(ErrImages, "the header states the sizes %d: the first must be "+
				"from 1 to %d, the others from 1 to %d", header, mostBytes, mostSide)
		}
		sizes[k] = int(size)
	}
	if dims == 4 && sizes[3] != 1 && sizes[3] != 3 {
		return nil, problem(ErrImages, "images have %s, they must have 1 or 3",
			counted(sizes[3], "channel"))
	}
	return sizes, nil
}

// headerError returns the error of a header of which n bytes or more could be read.
func headerError(n int, err error) error {
	if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(err)
	}
	if n == 0 {
		return problem(ErrImages, "the file is empty")
	}
	return problem(ErrImages, "cut off within the header")
}

// damaged returns the error of bytes that can't be unpacked or read.
func damaged(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problem(ErrImages, "the file is cut off")
	}
	return problem(ErrImages, "damaged: %v", err)
}
