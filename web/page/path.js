// A path is how points moved in sampling: at steps + 1 equally spaced times from 1 (noise) to 0,
// count points with dim coordinates each. Between two times a point moves on a straight line.

// stepAt returns the step, from 0, in which a path is at time t, and the share of it that is done.
export function stepAt(t, steps) {
	const done = (1 - t) * steps;
	const step = Math.min(Math.floor(done), steps - 1);
	return [step, done - step];
}

// coordinatesAt returns one coordinate of each point of a path at time t.
export function coordinatesAt({path, count, steps, dim}, t, axis) {
	const [step, share] = stepAt(t, steps);
	const before = step * count * dim + axis, after = before + count * dim;
	return Float32Array.from({length: count}, (_, i) => {
		const from = path[before + i * dim];
		return from + share * (path[after + i * dim] - from);
	});
}

// trail returns one coordinate of point i at the times of a path down to t.
export function trail({path, count, steps, dim}, t, axis, i) {
	const [step, share] = stepAt(t, steps);
	const at = (k) => path[(k * count + i) * dim + axis];
	const line = Array.from({length: step + 1}, (_, k) => at(k));
	line.push(at(step) + share * (at(step + 1) - at(step)));
	return line;
}
