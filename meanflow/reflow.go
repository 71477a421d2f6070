package meanflow

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"github.com/meanflow-go/meanflow/meanflow/scale"
)

// Pairs are noise and the points that a model made of it, from [Reflow]. They are [PairedData]: a
// training on them learns to take each noise to its point.
type Pairs struct {
	dim         int
	pairs       []float32      // [n][point, then noise], in the network's units.
	scale       []scale.Column // [dim]
	description []byte         // Of the data that the model was trained on, or nil.
}

// Reflow draws n pairs of standard normal noise and the points that the model makes of it, as
// [Model.SampleWith] does with the options and the seed. The lines from noise to points of such
// pairs cross less than those of independent pairs, and a flow that is trained on the pairs is
// straighter (X. Liu et al., "Flow straight and fast", arXiv 2209.03003, "reflow" in algorithm 1).
// It can't be better than the model. options.Times nil is one step, which a model of velocities
// refuses: set UniformGrid(100).
//
// Pairs have no conditions, so the model must have none, and options.Renoise, whose points do not
// follow from the noise, must not be set.
func Reflow(m *Model, n int, options SampleOptions, seed int64) (*Pairs, error) {
	pairs, err := m.reflow(n, options, seed)
	if err != nil {
		return nil, fmt.Errorf("meanflow: Reflow: %w", err)
	}
	return pairs, nil
}

func (m *Model) reflow(n int, options SampleOptions, seed int64) (*Pairs, error) {
	switch {
	case m == nil:
		return nil, errors.New("the model is nil: it must be one from Train or Load")
	case m.meta.Guidance != 0:
		return nil, errors.New("the model was trained with conditions, which pairs do not keep: " +
			"it must be one without a Config.Guidance")
	case options.Renoise:
		return nil, errors.New("SampleOptions.Renoise draws new noise at each step, so points do " +
			"not follow from the first noise: it must be false")
	case options.Times == nil && !m.PredictsAverage():
		return nil, fmt.Errorf("SampleOptions.Times is nil, which is one step, but a model of %s "+
			"needs many: set it to UniformGrid(100)", m.Objective())
	}
	if options.Times == nil {
		options.Times = UniformGrid(1)
	}
	points, err := m.sampleWith(options, n, seed)
	if err != nil {
		return nil, err
	}
	noise, err := m.start(options, n, seed)
	if err != nil {
		return nil, err
	}
	p := &Pairs{
		dim: m.Dim(), scale: slices.Clone(m.meta.Units.Points), description: m.Description(),
	}
	for i := range n {
		from, to := i*p.dim, (i+1)*p.dim
		p.pairs = append(append(p.pairs, points[from:to]...), noise[from:to]...)
	}
	if p.scale == nil {
		p.scale = slices.Repeat([]scale.Column{scale.Identity()}, p.dim)
	}
	return p, nil
}

// Dim returns the number of coordinates of a point.
func (p *Pairs) Dim() int { return p.dim }

// Len returns the number of pairs.
func (p *Pairs) Len() int { return len(p.pairs) / (2 * p.dim) }

// At returns the point of pair i, from 0, in the model's units, and its noise in the network's,
// standard normal: [Dim()] each. [SampleOptions].Noise takes it.
func (p *Pairs) At(i int) (point, noise []float64) {
	pair := p.pairs[i*2*p.dim : (i+1)*2*p.dim]
	for j, column := range p.scale {
		point = append(point, column.ToUser(float64(pair[j])))
		noise = append(noise, float64(pair[p.dim+j]))
	}
	return point, noise
}

// Sample builds the points of n pairs, as SamplePaired does.
func (p *Pairs) Sample(scope *model.Scope, g *Graph, n int) *Node {
	points, _ := p.SamplePaired(scope, g, n)
	return points
}

// SamplePaired builds a choice of n of the pairs with replacement: points in the network's units
// and noise, float32 [n, Dim()] each. The pairs become a variable of scope, so that the graph does
// not contain them.
func (p *Pairs) SamplePaired(scope *model.Scope, g *Graph, n int) (points, noise *Node) {
	variable := scope.GetVariable("pairs")
	if variable == nil {
		value := tensors.FromFlatDataAndDimensions(slices.Clone(p.pairs), p.Len(), 2*p.dim)
		variable = scope.VariableWithValue("pairs", value)
	}
	chosen := scope.RandomIntN(g, int32(p.Len()), shapes.Make(dtypes.Int32, n, 1))
	pairs := Gather(variable.NodeValue(g), chosen)
	points = Slice(pairs, AxisRange(), AxisRange(0, p.dim))
	return points, Slice(pairs, AxisRange(), AxisRange(p.dim))
}

// Scale returns how the coordinates relate to the network's numbers: as the model's do, so that a
// model trained on the pairs has the same units. The error is always nil.
func (p *Pairs) Scale() (points, values []scale.Column, err error) {
	return slices.Clone(p.scale), nil, nil
}

// Description returns the description of the data that the model was trained on, nil if there is
// none.
func (p *Pairs) Description() ([]byte, error) { return slices.Clone(p.description), nil }

// Fingerprint returns "pairs, <n> × <dim>, sha256 <first 16 hex digits>". The hash covers points,
// noise, units and description.
func (p *Pairs) Fingerprint() string {
	hash := sha256.New()
	if err := binary.Write(hash, binary.LittleEndian, p.pairs); err != nil {
		panic(err) // Writing numbers to a hash does not fail.
	}
	fmt.Fprintln(hash, p.scale, string(p.description))
	return fmt.Sprintf("pairs, %d × %d, sha256 %x", p.Len(), p.dim, hash.Sum(nil)[:8])
}
