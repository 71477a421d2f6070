// Settings are what both panels share: how to sample, and what to show of it.
export const settings = {
	steps: 1,
	t: 0,
	seed: 1,
	count: 2000,
	chosenClass: 0, // From 1, or 0 for any.
	field: false,
	hasData: false, // Whether there is something to compare samples with.
	axes: [0, 1], // The coordinates that are shown.
	view: [[-2.5, 2.5], [-2.5, 2.5]], // Of all coordinates.
};
