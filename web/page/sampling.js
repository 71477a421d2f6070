import {gridOf} from "./arrows.js";
import {latest} from "./client.js";
import {Measuring} from "./measuring.js";
import {stepAt} from "./path.js";

// Sampling is what a model generates with the settings of the page's controls, and how good that
// is. It calls onChange whenever there is something new to see.
export class Sampling {
	model = null; // What the worker says of it, or null.
	content = null; // The bytes of its file.
	parts = []; // Paths of samples (path.js), in parts as they arrive.
	steps = 1; // Of the samples in parts.
	ms = null; // The time that the network took for them, null while it works.
	measured = null; // {distance, offSupport, version, steps, seed}
	field = null; // {points, velocities, of}
	#client = null;
	#slot;
	#settings;
	#onChange;
	#measuring;
	#version = 0; // Of the model.
	#request = 0; // The last request for samples.

	constructor(slot, settings, onChange) {
		this.#slot = slot;
		this.#settings = settings;
		this.#onChange = onChange;
		this.#measuring = new Measuring(slot, (request, answer) => {
			if (request.version === this.#version) {
				this.measured = {...request, ...answer};
				onChange();
			}
		});
	}

	// start takes the clients of the workers that sample and measure.
	start(client, measurer) {
		this.#client = client;
		this.#measuring.start(measurer);
	}

	// clear forgets the model.
	clear() {
		this.#version++;
		this.#request++;
		this.model = this.content = this.measured = this.field = this.ms = null;
		this.parts = [];
		this.#onChange();
	}

	// load takes a model from the bytes of its file. It returns false if there was a later call.
	async load(content) {
		const version = ++this.#version;
		const model = await this.#client.call("load", {slot: this.#slot, model: content});
		if (version !== this.#version) {
			return false;
		}
		this.model = model;
		this.content = content;
		this.showField();
		return true;
	}

	// sample generates samples. It returns true when they are there, false if a later call replaced
	// it or if there is no model.
	async sample() {
		if (!this.model) {
			return false;
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
		if (!answer || request !== this.#request) {
			return false;
		}
		this.ms = answer.ms;
		this.#onChange();
		return true;
	}

	// stopMeasuring leaves the processor to what is sampled next.
	stopMeasuring() {
		this.#measuring.stop();
	}

	// measure compares samples with the data. With waits it lets a measurement end that runs.
	async measure(waits) {
		if (this.model && this.#settings.hasData && !this.isMeasured) {
			const {steps, seed} = this.#fields();
			const {content} = this;
			await this.#measuring.measure({content, steps, seed, version: this.#version}, waits);
		}
	}

	// isMeasured reports whether the measurement is of the present samples.
	get isMeasured() {
		const {steps, seed} = this.#fields();
		return this.measured?.version === this.#version && this.measured.steps === steps &&
			this.measured.seed === seed;
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

	// csv returns the samples that are there as a table.
	async csv() {
		const samples = this.parts.flatMap(({path, count, dim}) => [...path.subarray(-count * dim)]);
		const {slot, class: chosen} = this.#fields();
		const {text} = await this.#client.call("csv",
			{slot, points: Float32Array.from(samples), class: chosen});
		return text;
	}

	#fields() {
		const {steps, seed, count, chosenClass} = this.#settings;
		return {
			slot: this.#slot, n: count, seed, steps: this.model?.oneStep ? 1 : steps,
			class: Math.min(chosenClass, this.model?.classes.length ?? 0),
		};
	}
}
