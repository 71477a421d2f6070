import {Announcer} from "./announce.js";
import {Client} from "./client.js";
import {content, found} from "./models.js";
import {milliseconds, percent, plural} from "./numbers.js";
import {describeOwn} from "./own_model.js";
import {paint} from "./picture.js";
import {Sampling} from "./sampling.js";
import {Sharp} from "./sharp.js";
import {color} from "./theme.js";
import {Training} from "./training.js";

const measureEvery = 4000; // Milliseconds, during a training.

// Panel is one side of the comparison: a method, its model, its samples, and its training.
export class Panel {
	#root;
	#settings;
	#page;
	#client = null;
	#sampling;
	#training;
	#sharp;
	#announcer;
	#data = null;
	#version = 0; // Changes with the data and the method.
	#waiting = null; // The newest model of a training that is not yet loaded.
	#isLoading = false;
	#measuredAt = 0; // When a measurement began.

	// side is the element's id. page has the functions onModel, called when there is a model or
	// none any more, and onError.
	constructor(side, settings, page) {
		this.side = side;
		this.#root = document.getElementById(side);
		this.#settings = settings;
		this.#page = page;
		this.#announcer = new Announcer(this.#part("announce"));
		this.#sampling = new Sampling(side, settings, () => this.redraw());
		this.#sharp = new Sharp(this.#part("picture"), (context, width, _, ratio) => {
			if (this.#data) {
				paint(context, width, this.scene(ratio));
			}
		});
		this.#training = new Training(this.#part("training"), {
			recipe: () => this.#part("method").value,
			accent: () => color("accent", this.#root),
			onModel: (model) => this.#receive(model),
			onReset: () => this.choose(),
		});
		this.#part("method").addEventListener("change", () => this.choose());
		this.#root.dataset.method = this.#part("method").value;
	}

	#part(name) {
		return this.#root.querySelector(`.${name}`);
	}

	// start takes the compiled program and the client of the worker that measures. It returns when
	// the worker that samples runs.
	start(module, measurer) {
		this.#client = new Client(module);
		this.#sampling.start(this.#client, measurer);
		this.#training.start(module);
		return this.#client.ready;
	}

	// describe returns what the worker says of data (data.js).
	async describe({fields, entry}) {
		if (fields) {
			return this.#client.call("data", fields);
		}
		if (entry) {
			return describeOwn(this.#client, entry);
		}
		return {dim: 2, columns: ["", ""], preview: new Float32Array()};
	}

	// use takes data: those of the page (data.js), or null for none.
	use(data) {
		this.#data = data;
		return this.choose();
	}

	// choose forgets the model, and takes the one that was trained beforehand, if there is one.
	async choose() {
		const version = ++this.#version;
		const method = this.#part("method").value;
		this.#root.dataset.method = method;
		this.#waiting = null;
		this.#part("origin").textContent = "";
		this.#training.reset(this.#data?.fields ?? null);
		this.#sampling.clear();
		this.#page.onModel();
		try {
			const entry = this.#data && (this.#data.entry ?? await found(this.#data.name, method));
			if (entry) {
				const bytes = await content(entry);
				if (version === this.#version) {
					const origin = entry.steps > 0
						? `trained beforehand for ${plural(entry.steps, "step")}` : entry.name;
					await this.#load({content: bytes, origin});
					await this.sampleAndMeasure();
				}
			}
		} catch (error) {
			this.#page.onError(error);
		}
	}

	async #load({content, origin}) {
		if (await this.#sampling.load(content)) {
			this.#part("origin").textContent = origin;
			this.#page.onModel();
		}
	}

	// #receive takes a model of the training. While one is loaded and sampled from, others wait,
	// and only the newest of them is taken.
	async #receive(model) {
		this.#waiting = model;
		if (this.#isLoading) {
			return;
		}
		this.#isLoading = true;
		try {
			while (this.#waiting) {
				const next = this.#waiting;
				this.#waiting = null;
				await this.#load(next);
				await this.#sampling.sample();
				// Measuring all the time would slow the training down.
				const isRunning = this.#part("training").classList.contains("running");
				if (!isRunning || performance.now() - this.#measuredAt > measureEvery) {
					this.#measuredAt = performance.now();
					this.#sampling.measure(isRunning).catch((error) => this.#page.onError(error));
				}
			}
		} catch (error) {
			this.#page.onError(error);
		}
		this.#isLoading = false;
	}

	async sampleAndMeasure() {
		this.#sampling.stopMeasuring();
		if (await this.#sampling.sample()) {
			await this.#sampling.measure(false);
		}
	}

	showField() {
		return this.#sampling.showField();
	}

	csv() {
		return this.#sampling.csv();
	}

	// content is the bytes of the model's file, or null.
	get content() {
		return this.#sampling.content;
	}

	// classes are the names of the model's classes.
	get classes() {
		return this.#sampling.model?.classes ?? [];
	}

	// isUsed reports whether there are data for the panel.
	get isUsed() {
		return this.#data !== null;
	}

	get title() {
		return this.#data?.entry?.name ?? this.#part("method").selectedOptions[0].textContent;
	}

	// scene returns what the picture shows (picture.js).
	scene(ratio) {
		const {parts, field, model} = this.#sampling;
		const {dim, view, names, target, hint} = this.#data;
		return {
			dim, view, names, target, ratio, parts, field, count: this.#settings.count,
			t: this.#settings.t, axes: this.#settings.axes,
			accent: color("accent", this.#root),
			message: model || this.#part("training").classList.contains("running") ? "" : hint,
		};
	}

	// redraw shows what has changed, in the picture and in words.
	redraw() {
		this.#sharp.redraw();
		this.#training.redraw();
		const {model, measured, isMeasured, ms} = this.#sampling;
		const off = measured?.offSupport ?? null;
		this.#part("distance").textContent = measured ? measured.distance.toFixed(3) : "–";
		this.#part("off").textContent = off === null ? "–" : percent(off);
		this.#part("measures").classList.toggle("stale", Boolean(model) && !isMeasured);
		if (ms !== null || !model) {
			this.#part("ms").textContent = model ? milliseconds(ms) : "–";
		}
		this.#describe(isMeasured, off);
	}

	// #describe writes the picture's text alternative.
	#describe(isMeasured, off) {
		const {model, parts, steps, ms, measured} = this.#sampling;
		if (!this.#data) {
			return;
		}
		const n = parts.reduce((sum, {count}) => sum + count, 0);
		const {entry, title} = this.#data;
		const words = [entry ? `${title}.` : `${this.title} on ${title}.`];
		if (model && n > 0) {
			const time = Number(this.#settings.t.toFixed(2));
			words.push(`${plural(n, "sample")} in ${plural(steps, "step")}` +
				`${time > 0 ? `, shown at time ${time}` : ""}.`);
			if (isMeasured) {
				words.push(`Distance to the data ${measured.distance.toFixed(3)}.`);
			}
			if (isMeasured && off !== null) {
				words.push(`${percent(off)} off the support.`);
			}
			if (ms !== null) {
				words.push(`${milliseconds(ms)}.`);
			}
		} else {
			words.push("No samples yet.");
		}
		this.#part("picture").setAttribute("aria-label", words.join(" "));
		if (ms !== null && isMeasured) {
			this.#announcer.say(words.join(" "));
		}
		this.#part("ms-label").textContent = n > 0
			? `${plural(n, "point")}, ${plural(steps, "step")}` : "time";
	}
}
