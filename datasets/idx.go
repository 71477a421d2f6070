package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

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
