// viewOf returns the range [lowest, highest] that a picture shows of each coordinate: data, with
// room for the noise that becomes data. Coordinates of the plane share one scale around 0.
export function viewOf(points, dim, isPlane) {
	if (isPlane) {
		const farthest = points.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
		const half = Math.max(2.5, 1.05 * farthest);
		return Array.from({length: dim}, () => [-half, half]);
	}
	return Array.from({length: dim}, (_, axis) => {
		const values = points.filter((_, i) => i % dim === axis);
		const average = (f) => values.reduce((sum, x) => sum + f(x), 0) / values.length;
		const mean = average((x) => x);
		const deviation = Math.sqrt(average((x) => (x - mean) ** 2));
		const farthest = values.reduce((most, x) => Math.max(most, Math.abs(x - mean)), 0);
		const half = Math.max(2.6 * deviation, 1.05 * farthest) || 1;
		return [mean - half, mean + half];
	});
}

// axesOf returns the two coordinates to show first: the first two with more than two different
// values, if there are such.
export function axesOf(points, dim) {
	const all = Array.from({length: dim}, (_, axis) => axis);
	const rich = all.filter((axis) => new Set(points.filter((_, i) => i % dim === axis)).size > 2);
	const [across, up = across] = [...rich, ...all.filter((axis) => !rich.includes(axis))];
	return [across, up];
}

// ticksIn returns round numbers in a range, about five.
export function ticksIn([low, high]) {
	const rough = (high - low) / 5;
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = [1, 2, 5, 10].map((m) => m * power).find((step) => step >= rough);
	const ticks = [];
	for (let i = Math.ceil(low / step); i * step <= high; i++) {
		ticks.push(Number((i * step).toPrecision(6)));
	}
	return ticks;
}

// tickText writes the number at a tick.
export function tickText(tick) {
	return String(tick).replace("-", "−");
}
