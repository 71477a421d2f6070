import {Superseded} from "./client.js";
import {Loss} from "./loss.js";
import {plural, text} from "./numbers.js";
import {Trainer} from "./trainer.js";

// Training is the part of a panel that trains a model: buttons, the curve of the loss, progress.
export class Training {
	#root;
	#panel;
	#module = null;
	#trainer = null; // While a training runs or is paused.
	#isPaused = false;
	#data = null;
	#loss;

	// panel has the functions recipe, onModel({content, origin}), onReset and accent.
	constructor(root, panel) {
		this.#root = root;
		this.#panel = panel;
		this.#loss = new Loss(this.#part("loss"), panel.accent);
		this.#part("train").addEventListener("click", () => this.#train());
		this.#part("pause").addEventListener("click", () => this.#pause());
		this.#part("reset").addEventListener("click", () => panel.onReset());
	}

	#part(name) {
		return this.#root.querySelector(`.${name}`);
	}

	start(module) {
		this.#module = module;
		this.#update();
	}

	// reset ends a training. The next one is on data, the fields of the worker's call, or null if
	// there are none to train on.
	reset(data) {
		this.#data = data;
		this.#end();
		this.#loss.clear();
		this.#part("trained").value = 0;
		this.#part("status").textContent = "";
		this.#part("reset").disabled = true;
	}

	redraw() {
		this.#loss.redraw();
	}

	async #train() {
		const steps = Number(this.#part("train-steps").value);
		this.reset(this.#data);
		const trainer = new Trainer(this.#module);
		this.#trainer = trainer;
		this.#part("reset").disabled = false;
		this.#part("status").textContent = "Starting…";
		this.#update();
		const show = (progress) => {
			if (trainer === this.#trainer) {
				this.#show(progress, steps);
			}
		};
		try {
			show(await trainer.train(this.#data, this.#panel.recipe(), steps, show));
		} catch (error) {
			if (!(error instanceof Superseded)) {
				this.#part("status").textContent = error.message;
			}
		}
		if (trainer === this.#trainer) {
			this.#end();
		}
	}

	#show({step, seconds, loss, model}, steps) {
		this.#part("trained").value = step / steps;
		const done = `${text(step)} of ${text(steps)} steps, ${seconds.toFixed(1)} s`;
		this.#part("status").textContent = `${done}, loss ${loss.toFixed(3)}`;
		this.#loss.add(step, steps, loss);
		if (model) {
			const origin = `trained here for ${plural(step, "step")}`;
			this.#panel.onModel({content: model, origin});
		}
	}

	#pause() {
		this.#isPaused = !this.#isPaused;
		this.#trainer[this.#isPaused ? "pause" : "goOn"]();
		this.#update();
	}

	#end() {
		this.#trainer?.end();
		this.#trainer = null;
		this.#isPaused = false;
		this.#update();
	}

	#update() {
		this.#part("train").disabled = !this.#module || !this.#data || this.#trainer !== null;
		this.#part("pause").disabled = this.#trainer === null;
		this.#part("pause").textContent = this.#isPaused ? "Go on" : "Pause";
		this.#root.classList.toggle("running", this.#trainer !== null && !this.#isPaused);
	}
}
