package plotting

import (
	"errors"
	"slices"
)

// Over returns a copy of the panel with points of the target [n, 2], n > 0, in light blue
// underneath everything else: for instance the arrows of a [VectorField]. It doesn't change the
// axes; points outside of them are not drawn. Drawing the copy fails for a panel of [Curves],
// [Lines], [Density], [DensityOf] or [Images], and for points that can't be drawn.
func (p Panel) Over(target [][]float64) Panel {
	if !p.square || p.opaque {
		p.fail(errors.New("Over needs a panel of points, lines or arrows"))
		return p
	}
	under := Panel{title: p.title}
	under.addPoints("target", target, targetColor, dotsUnderneath)
	if under.err != nil {
		p.fail(under.err)
		return p
	}
	p.plotters = append(under.plotters, slices.Clone(p.plotters)...)
	p.legend = append(under.legend, slices.Clone(p.legend)...)
	p.alt.what += " over points of the target in light blue"
	p.alt.shown += overTarget(target)
	return p
}
