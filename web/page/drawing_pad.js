import {plural} from "./numbers.js";
import {Sharp} from "./sharp.js";
import {color} from "./theme.js";

const fewest = 20, most = 5000; // Points.
const half = 2; // The pad shows [-half, half]².
const spread = 0.09; // Deviation of the spray.
const perSpray = 4; // Points.
const sprayEvery = 25; // Milliseconds, while the pointer is down.
const keyStep = 0.1;
const arrowKeys = {
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};

// DrawingPad is a square on which the reader sprays points.
export class DrawingPad {
	#canvas = document.getElementById("pad");
	#points = []; // x, y, x, y, …
	#cursor = [0, 0];
	#onPoints;
	#sharp;
	#timer = 0; // While spraying.
	#pause = 0; // After the last key.

	// onPoints gets the points as Float32Array [n][2], or null if there are too few.
	constructor(onPoints) {
		this.#onPoints = onPoints;
		this.#sharp = new Sharp(this.#canvas, (context, width) => this.#draw(context, width));
		this.#canvas.addEventListener("pointerdown", (event) => this.#press(event));
		this.#canvas.addEventListener("pointermove", (event) => this.#move(event));
		for (const end of ["pointerup", "pointercancel"]) {
			this.#canvas.addEventListener(end, () => this.#release());
		}
		this.#canvas.addEventListener("keydown", (event) => this.#key(event));
		this.#canvas.addEventListener("focus", () => this.#sharp.redraw());
		this.#canvas.addEventListener("blur", () => this.#sharp.redraw());
		document.getElementById("pad-clear").addEventListener("click", () => {
			this.#points = [];
			this.#sharp.redraw();
			this.use();
		});
	}

	// use gives the points to the page.
	use() {
		this.#count();
		const enough = this.#points.length >= 2 * fewest;
		return this.#onPoints(enough ? Float32Array.from(this.#points) : null);
	}

	#press(event) {
		event.preventDefault();
		this.#canvas.focus({preventScroll: true});
		this.#canvas.setPointerCapture(event.pointerId);
		this.#move(event);
		this.#spray();
		this.#timer = setInterval(() => this.#spray(), sprayEvery);
	}

	#move(event) {
		const edge = this.#canvas.clientWidth;
		this.#moveTo((2 * event.offsetX / edge - 1) * half, (1 - 2 * event.offsetY / edge) * half);
	}

	#release() {
		if (this.#timer) {
			clearInterval(this.#timer);
			this.#timer = 0;
			this.use();
		}
	}

	#key(event) {
		const direction = arrowKeys[event.key];
		if (direction) {
			const [x, y] = this.#cursor;
			this.#moveTo(x + keyStep * direction[0], y + keyStep * direction[1]);
		} else if (event.key === " ") {
			this.#spray();
			clearTimeout(this.#pause);
			this.#pause = setTimeout(() => this.use(), 500);
		} else {
			return;
		}
		event.preventDefault();
	}

	#moveTo(x, y) {
		this.#cursor = [x, y].map((value) => Math.max(-half, Math.min(half, value)));
		this.#sharp.redraw();
	}

	#spray() {
		for (let i = 0; i < perSpray && this.#points.length < 2 * most; i++) {
			const radius = spread * Math.sqrt(-2 * Math.log(1 - Math.random()));
			const angle = 2 * Math.PI * Math.random();
			this.#points.push(this.#cursor[0] + radius * Math.cos(angle));
			this.#points.push(this.#cursor[1] + radius * Math.sin(angle));
		}
		this.#count();
		this.#sharp.redraw();
	}

	#count() {
		const n = this.#points.length / 2;
		const text = n < fewest ? `${plural(n, "point")}, at least ${fewest} are needed`
			: n === most ? `${plural(n, "point")}, the most there can be` : plural(n, "point");
		document.getElementById("pad-count").textContent = text;
	}

	#draw(context, edge) {
		const x = (value) => (value / half + 1) / 2 * edge, y = (value) => edge - x(value);
		context.fillStyle = color("target");
		for (let i = 0; i < this.#points.length; i += 2) {
			context.fillRect(x(this.#points[i]) - 1.5, y(this.#points[i + 1]) - 1.5, 3, 3);
		}
		if (document.activeElement === this.#canvas) {
			context.strokeStyle = color("ink");
			context.beginPath();
			context.arc(x(this.#cursor[0]), y(this.#cursor[1]), 2 * spread / half / 2 * edge, 0, 7);
			context.stroke();
		}
	}
}
