const side = 15; // Arrows across and up.

// gridOf returns the places of arrows in a view of the plane, as points [side·side][2].
export function gridOf([across, up]) {
	const at = ([low, high], i) => low + (i + 0.5) / side * (high - low);
	return Float32Array.from({length: 2 * side * side}, (_, i) => {
		const k = i >> 1;
		return i % 2 === 0 ? at(across, k % side) : at(up, Math.floor(k / side));
	});
}

// arrows draws an arrow from each point of a field to where it moves: against the velocity, since
// time falls. The longest arrow nearly reaches the next one.
export function arrows(context, frame, {points, velocities}, accent) {
	const speed = (i) => Math.hypot(velocities[i], velocities[i + 1]);
	let fastest = 1e-6;
	for (let i = 0; i < points.length; i += 2) {
		fastest = Math.max(fastest, speed(i));
	}
	const longest = 0.95 * frame.width / side;
	context.strokeStyle = accent;
	context.lineWidth = 1.25;
	context.beginPath();
	for (let i = 0; i < points.length; i += 2) {
		const scale = longest / fastest;
		const dx = -velocities[i] * scale, dy = velocities[i + 1] * scale;
		const x = frame.x(points[i]) - dx / 2, y = frame.y(points[i + 1]) - dy / 2;
		context.moveTo(x, y);
		context.lineTo(x + dx, y + dy);
		const head = Math.min(5, 0.4 * Math.hypot(dx, dy)), angle = Math.atan2(dy, dx);
		for (const turn of [2.6, -2.6]) {
			context.moveTo(x + dx, y + dy);
			const [back, across] = [head * Math.cos(angle + turn), head * Math.sin(angle + turn)];
			context.lineTo(x + dx + back, y + dy + across);
		}
	}
	context.stroke();
	context.lineWidth = 1;
}
