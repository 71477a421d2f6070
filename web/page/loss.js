import {Sharp} from "./sharp.js";
import {color} from "./theme.js";

// Loss draws the curve of a training's loss.
export class Loss {
	#losses = []; // Of each report: step and loss.
	#steps = 1;
	#canvas;
	#sharp;

	// accent returns the color of the curve.
	constructor(canvas, accent) {
		this.#canvas = canvas;
		this.#sharp = new Sharp(canvas, (context, width, height) => {
			this.#draw(context, width, height, accent());
		});
	}

	clear() {
		this.#losses = [];
		this.#canvas.setAttribute("aria-label", "No loss yet");
		this.#sharp.redraw();
	}

	add(step, steps, loss) {
		this.#losses.push({step, loss});
		this.#steps = steps;
		const first = this.#losses[0].loss.toFixed(3);
		this.#canvas.setAttribute("aria-label",
			`The loss, from ${first} to ${loss.toFixed(3)} at step ${step} of ${steps}`);
		this.redraw();
	}

	redraw() {
		this.#sharp.redraw();
	}

	#draw(context, width, height, accent) {
		context.strokeStyle = color("line");
		context.beginPath();
		context.moveTo(0, height - 0.5);
		context.lineTo(width, height - 0.5);
		context.stroke();
		if (this.#losses.length === 0) {
			return;
		}
		const values = this.#losses.map(({loss}) => loss);
		const low = Math.min(...values), high = Math.max(...values);
		context.strokeStyle = accent;
		context.lineWidth = 1.5;
		context.lineJoin = "round";
		context.beginPath();
		for (const {step, loss} of this.#losses) {
			const up = (loss - low) / (high - low || 1);
			context.lineTo(step / this.#steps * width, height - 4 - up * (height - 8));
		}
		context.stroke();
		context.lineWidth = 1;
	}
}
