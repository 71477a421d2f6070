// Package datasets has the distributions that models are trained on: the tutorial's in two dimensions,
// others that are often seen, and the user's own points.
//
// A distribution is sampled inside the graph, so that no batch crosses from Go to the engine. To list
// and choose by name: [Names], [ByName]. Those with a known support (a [Supported]) say of any point
// whether it lies on it.
//
// The files: checkerboard.go, crescent.go and spiral.go have the tutorial's distributions, gaussian.go, moons.go,
// rings.go, pinwheel.go, swiss_roll.go and two_spirals.go one each, mixture.go those whose flow is known in closed form;
// points.go has the user's own points, csv.go reads them from a file, draw.go brings samples to Go.
package datasets

import (
	"fmt"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Distribution can be sampled inside a graph.
type Distribution interface {
	// Name is how [ByName] finds it.
	Name() string
	// Dim is the number of coordinates of a point.
	Dim() int
	// Sample builds n points drawn at random, float32 [n, Dim()]. The randomness comes from scope.
	Sample(scope *model.Scope, g *Graph, n int) *Node
}

// Supported is a distribution of which it is known where its points can be.
type Supported interface {
	Distribution
	// Contains says whether a point lies on the support. One of another dimension doesn't.
	Contains(point []float64) bool
}

// Labelled is a distribution of classes, which a network can be told of.
type Labelled interface {
	Distribution
	// Classes is how many classes there are.
	Classes() int
	// SampleLabelled builds n points as Sample does, and the class of each, int32 [n, 1], from 1 to Classes().
	SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node)
}

var named = []Distribution{
	Checkerboard{}, Crescent{}, Spiral{}, Gaussian{},
	EightGaussians(), Moons{}, Rings{}, Pinwheel{}, SwissRoll{}, SwissRoll{Height: true}, TwoSpirals{},
}

// Names lists the distributions that [ByName] knows.
func Names() []string {
	names := make([]string, len(named))
	for i, distribution := range named {
		names[i] = distribution.Name()
	}
	return names
}

// ByName finds a distribution: the tutorial's with its parameters. The error lists the names that there are.
func ByName(name string) (Distribution, error) {
	for _, distribution := range named {
		if distribution.Name() == name {
			return distribution, nil
		}
	}
	return nil, fmt.Errorf("datasets: there is no distribution %q, the known ones are %s", name, strings.Join(Names(), ", "))
}
