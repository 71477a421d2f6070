import {onTheme} from "./theme.js";

// Sharp is a canvas with the screen's resolution. It calls a function to draw, at most once a
// frame, when asked and when its size or the colors change.
export class Sharp {
	#isDue = false;

	// draw gets the context, the width and height in CSS pixels, and the screen's pixels in each.
	constructor(canvas, draw) {
		this.canvas = canvas;
		this.draw = draw;
		new ResizeObserver(() => this.redraw()).observe(canvas);
		onTheme(() => this.redraw());
	}

	redraw() {
		if (!this.#isDue) {
			this.#isDue = true;
			requestAnimationFrame(() => this.#drawNow());
		}
	}

	#drawNow() {
		this.#isDue = false;
		const {canvas} = this;
		const width = canvas.clientWidth, height = canvas.clientHeight, ratio = devicePixelRatio;
		if (width === 0) {
			return;
		}
		const columns = Math.round(width * ratio), rows = Math.round(height * ratio);
		if (canvas.width !== columns || canvas.height !== rows) {
			canvas.width = columns;
			canvas.height = rows;
		}
		const context = canvas.getContext("2d");
		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		context.clearRect(0, 0, width, height);
		this.draw(context, width, height, ratio);
	}
}
