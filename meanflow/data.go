package meanflow

import (
	"crypto/sha256"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/backend"
)

// Data is what a model learns to generate. The distributions and points of package datasets are
// Data.
type Data interface {
	// Dim is the number of coordinates of a point.
	Dim() int
	// Sample builds n points drawn at random, float32 [n, Dim()]. Random numbers come from the
	// scope; variables made in it are not trained and not kept in checkpoints.
	Sample(scope *model.Scope, g *Graph, n int) *Node
}

// FingerprintedData is [Data] that can tell itself from other data, for resuming a training. Of
// other Data, 1,000 points drawn with a fixed seed are compared.
type FingerprintedData interface {
	Data
	// Fingerprint is the same exactly if the data are the same.
	Fingerprint() string
}

// LabelledData is [Data] whose points have classes.
type LabelledData interface {
	Data
	// Classes is the number of classes.
	Classes() int
	// SampleLabelled builds n points as Sample does, [n, Dim()], and the class of each, int32 [n,
	// 1], from 1 to Classes().
	SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node)
}

// ConditionedData is [Data] whose points have condition values, and may have classes: p(point |
// class, values) is what a model learns of it.
type ConditionedData interface {
	Data
	// Classes is the number of classes, 0 if there are none.
	Classes() int
	// Values is the number of condition values of a point, 0 if there are none.
	Values() int
	// SampleConditioned builds n points as Sample does, [n, Dim()], the class of each, int32 [n,
	// 1], from 1 to Classes(), and its condition values, float32 [n, Values()], on the scale of a
	// standard normal number. Classes or values are nil where there are none.
	SampleConditioned(scope *model.Scope, g *Graph, n int) (points, classes, values *Node)
}

// conditioned is data with conditions, if it has some.
func conditioned(data Data) (ConditionedData, bool) {
	switch data := data.(type) {
	case ConditionedData:
		return data, true
	case LabelledData:
		return labelled{data}, true
	}
	return nil, false
}

// labelled makes LabelledData ConditionedData.
type labelled struct{ LabelledData }

func (labelled) Values() int { return 0 }

func (l labelled) SampleConditioned(scope *model.Scope, g *Graph, n int) (points, classes,
	values *Node) {
	points, classes = l.SampleLabelled(scope, g, n)
	return points, classes, nil
}

// fingerprint is what a checkpoint keeps of data. It draws in pure Go, whatever the training
// computes by, so that it does not depend on that.
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
	drawn, err := drawOnce(pureGo, func(scope *model.Scope,
		g *Graph) []*Node {
		return c.drawData(scope, g, n)
	})
	if err != nil {
		return "", fmt.Errorf("Config.Data can't be sampled in pure Go for its fingerprint, "+
			"which a method "+
			"Fingerprint would give: %w", err)
	}
	for _, tensor := range drawn {
		fmt.Fprint(hash, tensor.Value())
	}
	return fmt.Sprintf("points drawn from it, sha256 %x", hash.Sum(nil)[:8]), nil
}
