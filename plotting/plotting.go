// Package plotting draws the figures of the notebooks on gonum/plot: points, samples over their target,
// curves, and grids of them with shared axes.
//
// A [Panel] is one plot ([Scatter], [Samples], [Trajectories], [Paths], [VectorField], [Density],
// [DensityOf], [Curves]); a [Figure] is a grid of panels ([Grid], or [Panel.Figure] for one alone), and an [Animation]
// shows figures in turn. All can be displayed in a notebook, saved, or taken as bytes. Nothing has to be set
// for it to look good: scatter plots have equal scales in both directions, and the colours are told apart by
// colour-blind eyes (the palette of Okabe and Ito).
//
// The functions that make panels don't return errors, so that a figure is one expression; what was
// wrong with a panel is told, with its title, when the figure is displayed, saved or taken.
//
// The files: scatter.go, trajectories.go, paths.go, vector_field.go, density.go and curves.go make panels,
// figure.go lays them out below legend.go's legend, output.go is what to do with a figure, raster.go makes
// pictures of it, animation.go is what to do with many, style.go says how it all looks.
package plotting
