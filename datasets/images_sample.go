package datasets

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// errNoImageClasses says that Images have no classes.
var errNoImageClasses = errors.New("the images have no classes: ReadIDX takes them from a file " +
	"of labels, ReadImages from subfolders")

// Sample builds a choice of n of the images with replacement, float32 [n, Dim()], in [-1, 1]. The
// pixels become a variable of scope in 8 bits, so that the graph does not contain them.
func (im *Images) Sample(scope *model.Scope, g *Graph, n int) *Node {
	return im.gatherPixels(scope, g, randomRows(scope, g, im.Len(), n))
}

// SampleLabelled builds the images of Sample, float32 [n, Dim()], and the class of each, int32
// [n, 1], from 1 to Classes(). It panics if the images have no classes.
func (im *Images) SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node) {
	points, classes, _ = im.SampleConditioned(scope, g, n)
	if classes == nil {
		panic(errNoImageClasses)
	}
	return points, classes
}

// SampleConditioned builds the images of Sample, float32 [n, Dim()], and the class of each, int32
// [n, 1], from 1 to Classes(), or nil if there are no classes. The values are nil.
func (im *Images) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	chosen := randomRows(scope, g, im.Len(), n)
	points = im.gatherPixels(scope, g, chosen)
	if im.labels == nil {
		return points, nil, nil
	}
	classes = gather(scope, g, "classes", func() *tensors.Tensor {
		return tensors.FromFlatDataAndDimensions(im.labels, im.Len(), 1)
	}, chosen)
	return points, classes, nil
}

// gatherPixels builds the chosen images, float32 [n, Dim()], in [-1, 1].
func (im *Images) gatherPixels(scope *model.Scope, g *Graph, chosen *Node) *Node {
	pixels := gather(scope, g, "pixels", func() *tensors.Tensor {
		return tensors.FromFlatDataAndDimensions(im.pixels, im.Len(), im.Dim())
	}, chosen)
	return DivScalar(AddScalar(ConvertDType(pixels, dtypes.Float32), -middle), middle)
}
