package meanflow

import (
	"crypto/sha256"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
	"github.com/meanflow-go/meanflow/meanflow/internal/engine"
	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// Data is what a model learns to generate. The distributions and points of package datasets are
// Data.
type Data interface {
	// Dim is the number of coordinates of a point.
	Dim() int
	// Sample builds n random points, float32 [n, Dim()]. Random numbers come from the scope.
	// Variables that Sample makes in the scope are neither trained nor kept in checkpoints.
	Sample(scope *model.Scope, g *Graph, n int) *Node
}

// FingerprintedData is [Data] that identifies itself, so that resuming a training can tell it from
// other data. For Data without a fingerprint, resuming compares 1,000 points drawn with a fixed
// seed.
type FingerprintedData interface {
	Data
	// Fingerprint returns a text that is equal for equal data and different for different data.
	Fingerprint() string
}

// LabelledData is [Data] whose points have classes.
type LabelledData interface {
	Data
	// Classes is the number of classes.
	Classes() int
	// SampleLabelled builds n points as Sample does, [n, Dim()], and the class of each point, int32
	// [n, 1], from 1 to Classes().
	SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node)
}

// ConditionedData is [Data] whose points have condition values, and may have classes. A model
// learns p(point | class, values).
type ConditionedData interface {
	Data
	// Classes is the number of classes, 0 if there are none.
	Classes() int
	// Values is the number of condition values of a point, 0 if there are none.
	Values() int
	// SampleConditioned builds n points as Sample does, [n, Dim()], the class of each point, int32
	// [n, 1], from 1 to Classes(), and its condition values, float32 [n, Values()]. Condition
	// values should have a mean near 0 and a deviation near 1 (see [ScaledData]). Classes are nil
	// if Classes() is 0, and values are nil if Values() is 0.
	SampleConditioned(scope *model.Scope, g *Graph, n int) (points, classes, values *Node)
}

// PairedData is [Data] whose points bring their own noise, as the [Pairs] of [Reflow] do, in place
// of a Config.Coupling. It has no conditions: Config.Coupling and Guidance must not be set.
// If it is [FingerprintedData], its fingerprint must cover the noise, too.
type PairedData interface {
	Data
	// SamplePaired builds n points as Sample does, and the noise of each, float32 [n, Dim()] each.
	// The noise of all points together should be standard normal.
	SamplePaired(scope *model.Scope, g *Graph, n int) (points, noise *Node)
}

// ScaledData is [Data] that builds points and condition values in the network's units, and says how
// they relate to the user's. A checkpoint keeps the scale, and a [Model] takes and returns points,
// velocities, densities and condition values in the user's units. The points that Sample builds
// should have a mean near 0 and a deviation near 1, as the noise has.
type ScaledData interface {
	Data
	// Scale returns a column for each of the Dim() coordinates, and one for each condition value,
	// nil if there are none. Train returns its error.
	Scale() (points, values []scale.Column, err error)
}

// DescribedData is [Data] with a description for those who load the model: for instance, the names
// of the columns.
type DescribedData interface {
	Data
	// Description returns JSON, or nil if there is no description. A checkpoint keeps it, and
	// [Model.Description] returns it.
	Description() ([]byte, error)
}

// conditioned returns data as ConditionedData, and whether it has conditions.
func conditioned(data Data) (ConditionedData, bool) {
	switch data := data.(type) {
	case ConditionedData:
		return data, true
	case LabelledData:
		return labelled{data}, true
	}
	return nil, false
}

// labelled adapts LabelledData to ConditionedData.
type labelled struct{ LabelledData }

func (labelled) Values() int { return 0 }

func (l labelled) SampleConditioned(
	scope *model.Scope, g *Graph, n int,
) (points, classes, values *Node) {
	points, classes = l.SampleLabelled(scope, g, n)
	return points, classes, nil
}

// fingerprint returns the text by which a checkpoint identifies the data. It draws points in pure
// Go whichever engine the training uses, so that the text does not depend on the engine.
func fingerprint(c Config) (string, error) {
	if data, ok := c.Data.(FingerprintedData); ok {
		return data.Fingerprint(), nil
	}
	pureGo, err := backend.PureGo()
	if err != nil {
		return "", err
	}
	const n = 1000
	hash := sha256.New()
	drawn, err := engine.DrawOnce(pureGo, func(scope *model.Scope, g *Graph) []*Node {
		return c.drawData(scope, g, n)
	})
	if err != nil {
		return "", fmt.Errorf("Config.Data can't be sampled in pure Go for its fingerprint: %w; "+
			"a method Fingerprint would provide it", err)
	}
	for _, tensor := range drawn {
		fmt.Fprint(hash, tensor.Value())
	}
	units, err := unitsOf(c.Data)
	if err != nil {
		return "", err
	}
	if units.Points != nil {
		fmt.Fprint(hash, units)
	}
	return fmt.Sprintf("points drawn from it, sha256 %x", hash.Sum(nil)[:8]), nil
}
