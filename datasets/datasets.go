// Package datasets holds the distributions that models are trained on: the three of the tutorial,
// other common ones, most of them two-dimensional, and the user's own points and images.
//
// A [Distribution] is sampled inside the computation graph, so no batch is copied from Go to the
// engine. [Names] lists the distributions and [ByName] finds one; [Draw] samples points into Go. A
// [Supported] distribution tells whether a point lies on its support, a [Labelled] one has classes,
// and the flow of a [Mixture] is known in closed form.
//
// [Read] and [FromPoints] make [Points] of the user's numbers and words. Models are trained on them
// in the network's units, with a mean near 0 and a deviation near 1, and give samples in the user's
// units; [Schema.Table] makes rows of the user's table of samples, for a CSV or NPY file.
//
// [ReadImages], [ReadIDX] and [ReadMNIST] make [Images] of image files. An image is a point whose
// coordinates are its pixels in [-1, 1].
//
// The method Fingerprint, which every distribution of this package has, returns a string that is
// the same exactly if the data are the same.
package datasets

import (
	"fmt"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Distribution is a probability distribution of points that can be sampled inside a graph.
type Distribution interface {
	// Name returns the name; for a distribution that [Names] lists, [ByName] finds it by this name.
	Name() string
	// Dim returns the number of coordinates of a point.
	Dim() int
	// Sample builds n random points, float32 [n, Dim()]. The random numbers come from scope's
	// store. Those of [Points] are in the network's units.
	Sample(scope *model.Scope, g *Graph, n int) *Node
}

// Supported is a distribution with a known support, the set on which its points lie.
type Supported interface {
	Distribution
	// Contains reports whether a point [Dim()] lies on the support. A point with another number of
	// coordinates does not.
	Contains(point []float64) bool
}

// Labelled is a distribution whose points belong to classes, so that a model can be conditioned on
// the class.
type Labelled interface {
	Distribution
	// Classes returns the number of classes.
	Classes() int
	// SampleLabelled builds the same points as Sample, float32 [n, Dim()], and the class of each,
	// int32 [n, 1], from 1 to Classes().
	SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node)
}

var named = []Distribution{
	Checkerboard{}, Crescent{}, Spiral{}, Gaussian{},
	EightGaussians(), Moons{}, Rings{}, Pinwheel{},
	SwissRoll{}, SwissRoll{Height: true}, TwoSpirals{},
}

// Names lists the names that [ByName] knows, those of the tutorial first.
func Names() []string {
	names := make([]string, len(named))
	for i, distribution := range named {
		names[i] = distribution.Name()
	}
	return names
}

// ByName returns the distribution with the given name and default parameters. For an unknown name
// the error lists the known ones.
func ByName(name string) (Distribution, error) {
	for _, distribution := range named {
		if distribution.Name() == name {
			return distribution, nil
		}
	}
	return nil, fmt.Errorf("datasets: name is %q, it must be one of %s",
		name, strings.Join(Names(), ", "))
}
