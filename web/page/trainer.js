import {Client} from "./client.js";

const batchSize = 256;
const seed = 1;

// Trainer trains one model in a worker of its own, so that sampling goes on meanwhile.
export class Trainer {
	#client;

	constructor(module) {
		this.#client = new Client(module);
	}

	// train trains on data, the fields of the worker's call, and returns the last progress.
	async train(data, recipe, steps, onProgress) {
		await this.#client.call("data", data);
		return this.#client.call("train", {recipe, steps, batchSize, seed}, onProgress);
	}

	pause() {
		return this.#client.call("pause");
	}

	goOn() {
		return this.#client.call("go on");
	}

	end() {
		this.#client.end();
	}
}
