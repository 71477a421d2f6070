import {Client, Superseded} from "./client.js";
import {content, listed} from "./models.js";
import {megabytes, milliseconds, plural} from "./numbers.js";

const across = 10, n = 100; // Images in a row, and in all.
const slot = "digits";
const element = (id) => document.getElementById(`digits-${id}`);

// setUpDigits joins the section of images to a worker of its own, which starts when it is first
// used.
export async function setUpDigits(module) {
	const entries = (await listed()).filter(({data}) => data === "digits");
	if (entries.length === 0) {
		element("status").textContent = "There is no model of digits on this page.";
		return;
	}
	const entry = entries.at(-1); // The reader's own, if there is one.
	const generate = element("generate");
	generate.textContent = `Fetch the model (${megabytes(entry.bytes)}) and generate`;
	generate.disabled = false;
	const digits = new Digits(module, entry);
	const run = (isNew) => digits.generate(isNew).catch((error) => {
		if (!(error instanceof Superseded)) {
			element("status").textContent = error.message;
		}
	});
	generate.addEventListener("click", () => run(true));
	element("grid").addEventListener("click", () => {
		if (!element("grid").classList.contains("empty")) {
			run(true);
		}
	});
	element("class").addEventListener("change", () => run(false));
	element("guidance").addEventListener("input", () => {
		digits.showGuidance();
		run(false);
	});
}

class Digits {
	#module;
	#entry;
	#client = null;
	#model = null; // A promise of what the worker says of the model.
	#seed = 0;

	constructor(module, entry) {
		this.#module = module;
		this.#entry = entry;
	}

	// generate shows images of new noise, or of the same noise as before.
	async generate(isNew = true) {
		this.#seed += isNew ? 1 : 0;
		this.#model ??= this.#load();
		const {image: [height, width], classes} = await this.#model;
		const {pixels, ms} = await this.#client.call("images", {
			slot, n, class: Number(element("class").value), seed: this.#seed,
			guidance: element("guidance").valueAsNumber,
		});
		this.#draw(pixels, height, width);
		const chosen = element("class").selectedOptions[0].textContent;
		const what = element("class").value === "0" && classes.length > 0
			? `a row for each of ${classes.join(", ")}` : `all of them ${chosen}`;
		element("grid").setAttribute("aria-label", `${n} generated images: ${what}`);
		element("status").textContent = `${plural(n, "image")} in ${milliseconds(ms)}`;
	}

	async #load() {
		element("status").textContent = "Fetching the model…";
		try {
			const bytes = await content(this.#entry);
			this.#client = new Client(this.#module);
			const model = await this.#client.call("load", {slot, model: bytes});
			this.#offer(model);
			return model;
		} catch (error) {
			this.#model = null;
			throw error;
		}
	}

	// #offer shows the controls that the model has.
	#offer({classes, guidance: [lowest, highest]}) {
		element("generate").textContent = "Generate others";
		element("class").append(...classes.map((name, k) => new Option(name, k + 1)));
		element("class").disabled = classes.length === 0;
		Object.assign(element("guidance"), {min: lowest, max: highest, value: lowest});
		element("guidance-field").hidden = lowest >= highest;
		this.showGuidance();
	}

	showGuidance() {
		element("guidance-value").textContent = element("guidance").valueAsNumber.toFixed(1);
	}

	#draw(pixels, height, width) {
		const grid = element("grid");
		grid.classList.remove("empty");
		grid.width = across * width;
		grid.height = n / across * height;
		const context = grid.getContext("2d");
		for (let k = 0; k < n; k++) {
			const image = new ImageData(width, height);
			for (let i = 0; i < height * width; i++) {
				image.data.fill(pixels[k * height * width + i], 4 * i, 4 * i + 3);
				image.data[4 * i + 3] = 255;
			}
			context.putImageData(image, k % across * width, Math.floor(k / across) * height);
		}
	}
}
