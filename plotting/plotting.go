// Package plotting draws the figures of the notebooks with gonum/plot: points, samples over their
// target, trajectories, vector fields, densities, curves, lines on logarithmic axes, images, and
// grids of these; and the columns of tables, by [Histograms] and in pairs by [PairPlot].
//
// A [Panel] is one plot; a [Figure] is a grid of panels with shared axes and one legend; an
// [Animation] shows one figure after another. Figures and animations can be displayed in a
// notebook, saved to a file, or encoded as bytes. All are values: making one never changes another.
//
// In a notebook, an animation has a player with a button and a slider. A [Live] picture changes
// while a cell runs; an [Explorer] has sliders and menus.
//
// There is nothing to set for a good picture. Figures have the size at which they fit a notebook on
// one screen, in CSS pixels of 1/96 inch; text has the same size in all of them. [Figure.AltText]
// says in words what a figure shows. Points, paths, fields and densities have equal scales on both
// axes, and the colours are those of Okabe and Ito, which colour-blind people can tell apart.
//
// Points are [n, 2]: a slice of n slices with two coordinates each. All numbers must be finite and
// at most 1e300 in magnitude. Images are [n][height·width·channels], from -1 (black) to 1 (white),
// the rows of an image one after the other and channels last.
//
// The functions that make panels return no error, so that a figure is one expression. Drawing, by
// [Figure.PNG], [Figure.SVG], [Figure.Save] or [Figure.Display], returns the errors of all panels,
// each with the panel's title.
package plotting
