import {arrows} from "./arrows.js";
import {coordinatesAt, trail} from "./path.js";
import {color, mixed} from "./theme.js";
import {tickText, ticksIn} from "./view.js";

const trails = 40; // The points whose paths are drawn.

// paint draws a scene on a square of a canvas with the given edge, in CSS pixels. A scene has
//   dim, axes    the number of coordinates, and the two that are shown
//   view, names  the range and the name of each coordinate; a name may be empty
//   target       points of the data
//   parts        the paths of samples (path.js), in parts as they arrived
//   count        the number of samples when all have arrived
//   t            the time at which samples are shown
//   field        {points, velocities}, or null
//   accent       the color of arrows
//   message      a text instead of samples
//   ratio        the number of the canvas's pixels per CSS pixel
export function paint(context, edge, scene) {
	const frame = new Frame(context, edge, scene);
	frame.axes();
	context.save();
	context.beginPath();
	context.rect(frame.left, frame.top, frame.width, frame.height);
	context.clip();
	const coordinates = (axis) => scene.target.filter((_, i) => i % scene.dim === axis);
	frame.dots(...frame.pair(coordinates), color("target"), 1.9);
	if (scene.field) {
		arrows(context, frame, scene.field, scene.accent);
	}
	if (0 < scene.t && scene.t < 1) {
		frame.trails();
	}
	const radius = scene.count > 4000 ? 1 : scene.count > 1000 ? 1.35 : 2;
	const tone = mixed(color("samples"), color("noise"), scene.t);
	for (const part of scene.parts) {
		const moved = (axis) => coordinatesAt(part, scene.t, axis);
		frame.dots(...frame.pair(moved), tone, radius);
	}
	context.restore();
	if (scene.message) {
		frame.message();
	}
}

// Frame is a square with axes.
class Frame {
	constructor(context, edge, scene) {
		this.context = context;
		this.scene = scene;
		const named = scene.names.some((name) => name !== "");
		this.left = named ? 58 : 36;
		this.top = 10;
		this.width = edge - this.left - 10;
		this.height = edge - this.top - (named ? 44 : 26);
		this.x = this.#scale(scene.view[scene.axes[0]], this.left, this.width);
		const up = this.#scale(this.#hasTwo() ? scene.view[scene.axes[1]] : [0, 1], 0, this.height);
		this.y = (value) => this.top + this.height - up(value);
		context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
		context.lineWidth = 1;
	}

	#hasTwo() {
		return this.scene.dim > 1;
	}

	#scale([low, high], start, length) {
		return (value) => start + (value - low) / (high - low) * length;
	}

	// pair returns what a function says for both axes. A single coordinate is spread upwards.
	pair(coordinates) {
		const across = coordinates(this.scene.axes[0]);
		if (this.#hasTwo()) {
			return [across, coordinates(this.scene.axes[1])];
		}
		return [across, across.map((_, i) => 0.1 + 0.8 * (i * 0.618034 % 1))];
	}

	axes() {
		const {context, scene} = this;
		const right = this.left + this.width, bottom = this.top + this.height;
		context.strokeStyle = color("axis");
		context.fillStyle = color("muted");
		context.beginPath();
		context.moveTo(this.left + 0.5, this.top);
		context.lineTo(this.left + 0.5, bottom + 0.5);
		context.lineTo(right, bottom + 0.5);
		context.textAlign = "center";
		context.textBaseline = "top";
		for (const tick of ticksIn(scene.view[scene.axes[0]])) {
			context.moveTo(Math.round(this.x(tick)) + 0.5, bottom);
			context.lineTo(Math.round(this.x(tick)) + 0.5, bottom + 5);
			context.fillText(tickText(tick), this.x(tick), bottom + 9);
		}
		context.textAlign = "right";
		context.textBaseline = "middle";
		for (const tick of this.#hasTwo() ? ticksIn(scene.view[scene.axes[1]]) : []) {
			context.moveTo(this.left, Math.round(this.y(tick)) + 0.5);
			context.lineTo(this.left - 5, Math.round(this.y(tick)) + 0.5);
			context.fillText(tickText(tick), this.left - 8, this.y(tick));
		}
		context.stroke();
		this.#names(bottom);
	}

	#names(bottom) {
		const {context, scene} = this;
		context.textAlign = "center";
		context.textBaseline = "bottom";
		context.fillText(scene.names[scene.axes[0]] ?? "", this.left + this.width / 2, bottom + 42);
		if (this.#hasTwo()) {
			context.save();
			context.translate(2, this.top + this.height / 2);
			context.rotate(-Math.PI / 2);
			context.textBaseline = "top";
			context.fillText(scene.names[scene.axes[1]] ?? "", 0, 0);
			context.restore();
		}
	}

	// dots draws a small disc at each place. A disc drawn once and copied is the fastest way.
	dots(xs, ys, tone, radius) {
		const {ratio} = this.scene;
		const disc = discOf(tone, radius * ratio);
		const size = disc.width / ratio;
		for (let i = 0; i < xs.length; i++) {
			const x = this.x(xs[i]) - size / 2, y = this.y(ys[i]) - size / 2;
			this.context.drawImage(disc, x, y, size, size);
		}
	}

	trails() {
		const {context, scene} = this;
		context.strokeStyle = color("trail");
		context.beginPath();
		for (const part of scene.parts.slice(0, 1)) {
			for (let i = 0; i < Math.min(trails, part.count); i++) {
				const [xs, ys] = this.pair((axis) => trail(part, scene.t, axis, i));
				context.moveTo(this.x(xs[0]), this.y(ys[0]));
				xs.forEach((x, k) => context.lineTo(this.x(x), this.y(ys[k])));
			}
		}
		context.stroke();
	}

	message() {
		const {context} = this;
		const x = this.left + this.width / 2, y = this.top + this.height / 2;
		context.font = context.font.replace("12px", "15px");
		const width = context.measureText(this.scene.message).width + 28;
		context.fillStyle = color("card");
		context.beginPath();
		context.roundRect(x - width / 2, y - 18, width, 36, 18);
		context.fill();
		context.fillStyle = color("ink");
		context.textAlign = "center";
		context.textBaseline = "middle";
		context.fillText(this.scene.message, x, y);
	}
}

let lastDisc = {};

function discOf(tone, radius) {
	const key = `${tone} ${radius}`;
	lastDisc[key] ??= drawnDisc(tone, radius);
	if (Object.keys(lastDisc).length > 8) {
		lastDisc = {[key]: lastDisc[key]};
	}
	return lastDisc[key];
}

function drawnDisc(tone, radius) {
	const edge = Math.ceil(2 * radius) + 2;
	const disc = new OffscreenCanvas(edge, edge);
	const context = disc.getContext("2d");
	context.fillStyle = tone;
	context.arc(edge / 2, edge / 2, radius, 0, 2 * Math.PI);
	context.fill();
	return disc;
}
