package network

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// ImageShape is the shape of images whose points are [Height·Width·Channels]: the rows of pixels
// one after the other, and the channels of each pixel together.
type ImageShape struct {
	Height, Width int // In pixels.
	Channels      int // For instance 3 for colour; 1, for grey, if it is 0.
}

// Dim returns Height·Width·Channels, the dimension of a point.
func (s ImageShape) Dim() int { return s.Height * s.Width * max(1, s.Channels) }

// String returns height × width × channels, such as "28 × 28 × 1".
func (s ImageShape) String() string {
	return fmt.Sprintf("%d × %d × %d", s.Height, s.Width, max(1, s.Channels))
}

// toPatches cuts images [batch, height·width·channels] into square patches with the given side,
// [batch, patches, side·side·channels]. Patches and the pixels of a patch are in the order of rows.
func (s ImageShape) toPatches(images *Node, side int) *Node {
	rows, columns := s.Height/side, s.Width/side
	patches := Reshape(images, -1, rows, side, columns, side, s.Channels)
	patches = TransposeAllAxes(patches, 0, 1, 3, 2, 4, 5)
	return Reshape(patches, -1, rows*columns, side*side*s.Channels)
}

// fromPatches is the inverse of toPatches.
func (s ImageShape) fromPatches(patches *Node, side int) *Node {
	rows, columns := s.Height/side, s.Width/side
	images := Reshape(patches, -1, rows, columns, side, side, s.Channels)
	images = TransposeAllAxes(images, 0, 1, 3, 2, 4, 5)
	return Reshape(images, -1, s.Dim())
}
