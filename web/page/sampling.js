import {gridOf} from "./arrows.js";
import {Superseded} from "./client.js";
import {stepAt} from "./path.js";

// Sampling is what the model in a slot of a worker generates, with the settings of the page's
// controls. It calls onChange whenever there is something new to see.
export class Sampling {
	model = null; // What the worker says of it, or null.
	parts = []; // Paths of samples (path.js), in parts as they arrive.
	steps = 1; // Of the samples in parts.
	ms = null; // The time that the network took for them, null while it works.
	measured = null; // {distance, offSupport, of}
	field = null; // {points, velocities, of}
	#client = null;
	#slot;
	#settings;
	#onChange;
	#version = 0; // Of the model.
	#request = 0; // The last request for samples.

	constructor(slot, settings, onChange) {
		this.#slot = slot;
		this.#settings = settings;
		this.#onChange = onChange;
	}

	start(client) {
		this.#client = client;
	}

	// clear forgets the model.
	clear() {
		this.#version++;
		this.#request++;
		this.model = this.measured = this.field = this.ms = null;
		this.parts = [];
		this.#onChange();
	}

	// load takes a model from the bytes of its file. It returns false if there was a later call.
	async load(bytes) {
		const version = ++this.#version;
		const model = await this.#client.call("load", {slot: this.#slot, model: bytes});
		if (version !== this.#version) {
			return false;
		}
		this.model = model;
		this.showField();
		return true;
	}

	// sample generates samples. It returns when they are there, or when a later call replaced it.
	async sample() {
		if (!this.model) {
			return;
		}
		const request = ++this.#request, dim = this.model.dim, fields = this.#fields();
		const parts = [];
		this.ms = null;
		this.showField();
		const answer = await latest(this.#client.call("sample", fields, (part) => {
			if (request === this.#request) {
				parts.push({...part, steps: fields.steps, dim});
				this.parts = parts;
				this.steps = fields.steps;
				this.#onChange();
			}
		}));
		if (answer && request === this.#request) {
			this.ms = answer.ms;
			this.#onChange();
		}
	}

	// measure compares samples with the data.
	async measure() {
		if (!this.model || !this.#settings.hasData || this.isMeasured) {
			return;
		}
		const of = this.#key();
		const {slot, steps, seed} = this.#fields();
		const answer = await latest(this.#client.call("measure", {slot, steps, seed}));
		if (answer && of.startsWith(`${this.#version}/`)) {
			this.measured = {...answer, of};
			this.#onChange();
		}
	}

	// isMeasured reports whether the measurement is of the present samples.
	get isMeasured() {
		return this.measured?.of === this.#key();
	}

	// showField asks for the velocities with which the points move at the time of the slider: those
	// of the step that they are in.
	async showField() {
		const {t, field, view} = this.#settings;
		if (!field || this.model?.dim !== 2) {
			this.field = null;
			this.#onChange();
			return;
		}
		const {slot, steps} = this.#fields();
		const [step] = stepAt(t, steps);
		const of = `${this.#version}/${step}/${steps}/${view}`;
		if (this.field?.of === of) {
			return;
		}
		const points = gridOf(view);
		this.field = {points, velocities: this.field?.velocities ?? points.map(() => 0), of};
		const times = {t: 1 - step / steps, r: 1 - (step + 1) / steps};
		const answer = await latest(this.#client.call("field", {slot, points, ...times}));
		if (answer && this.field?.of === of) {
			this.field.velocities = answer.velocities;
			this.#onChange();
		}
	}

	// csv returns the samples as a table.
	async csv() {
		const {text} = await this.#client.call("csv", this.#fields());
		return text;
	}

	#key() {
		const {steps, seed} = this.#fields();
		return `${this.#version}/${steps}/${seed}`;
	}

	#fields() {
		const {steps, seed, count, chosenClass} = this.#settings;
		return {
			slot: this.#slot, n: count, seed, steps: this.model?.oneStep ? 1 : steps,
			class: Math.min(chosenClass, this.model?.classes.length ?? 0),
		};
	}
}

// latest waits for an answer, and returns null if a later request replaced this one.
async function latest(answer) {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof Superseded) {
			return null;
		}
		throw error;
	}
}
