package meanflow

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/random"
)

// LabelledData is [Data] whose points are of classes, which a network can be told (see Config.Guidance).
type LabelledData interface {
	Data
	// Classes is how many classes there are.
	Classes() int
	// SampleLabelled builds n points as Sample does, and the class of each, int32 [n, 1], from 1 to Classes().
	SampleLabelled(scope *model.Scope, g *Graph, n int) (points, classes *Node)
}

// guided builds the velocity between that of a class and that of all points (J. Ho and T. Salimans, "Classifier-free
// diffusion guidance", arXiv 2207.12598):
//
//	ω·v(class) + (1 - ω)·v
//
// Above 1, ω goes beyond the class's: away from what all points share.
func guided(ofClass, ofAll *Node, guidance float64) *Node {
	return Add(MulScalar(ofClass, guidance), MulScalar(ofAll, 1-guidance))
}

// withClasses leaves out some of a batch's classes, so that the network learns the velocity of all points too, and
// guides the velocity of the others (Geng et al., arXiv 2505.13447, section 4.2): a network trained on
//
//	ω·(noise - data) + (1 - ω)·stopgrad(u(x_t, t, t)), u of all points,
//
// needs no second evaluation when it generates. The result is the batch, and the network told its classes.
func (m *Model) withClasses(config Config, batch Batch) (Batch, Velocity) {
	ofClasses := func(classes *Node) Velocity {
		return func(x, t, r *Node) *Node { return m.about.MLP.told(classes)(m.network(), x, t, r) }
	}
	isTold := GreaterOrEqual(random.Uniform(m.store.RootScope(), batch.Data.Graph(), config.BatchSize, 1), ConstAs(batch.Data, config.Unlabelled))
	classes := Where(isTold, batch.classes, ZerosLike(batch.classes))
	if config.Guidance != 1 {
		v := batch.Velocity()
		ofAll := StopGradient(ofClasses(nil)(batch.Interpolant(), batch.T, batch.T))
		batch.velocity = Where(BroadcastToShape(isTold, v.Shape()), guided(v, ofAll, config.Guidance), v)
	}
	return batch, ofClasses(classes)
}

// Classes is how many classes the model can generate points of (see Sampling.Class), 0 if it knows of none.
func (m *Model) Classes() int {
	if m.about.MLP == nil {
		return 0
	}
	return m.about.MLP.Classes
}

// ofClass builds the velocity of a class, or that of all points for 0, at points x [n, dim] and scalars t and r.
func (m *Model) ofClass(class int) Velocity {
	if class == 0 {
		return m.velocity
	}
	return func(x, t, r *Node) *Node {
		n := x.Shape().Dim(0)
		classes := BroadcastToDims(Const(x.Graph(), int32(class)), n, 1)
		return m.about.MLP.told(classes)(m.generatingScope(), x, BroadcastToDims(t, n, 1), BroadcastToDims(r, n, 1))
	}
}

// classFeatures builds what a network is given of classes, int32 [batch, 1]: a 1 in the place of the class, [batch, of],
// and nothing for the class 0.
func classFeatures(classes *Node, of int, dtype dtypes.DType) *Node {
	return Slice(OneHot(Reshape(classes, -1), of+1, dtype), AxisRange(), AxisRange(1))
}
