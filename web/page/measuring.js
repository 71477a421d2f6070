import {latest} from "./client.js";

// Measuring compares what a model generates with the data. It works in a worker of its own, since a
// measurement takes as long as 10,000 samples.
export class Measuring {
	#client = null;
	#slot;
	#onMeasured;
	#loaded = null;
	#running = null;
	#next = null;

	// onMeasured gets a request and {distance, offSupport}.
	constructor(slot, onMeasured) {
		this.#slot = slot;
		this.#onMeasured = onMeasured;
	}

	start(client) {
		this.#client = client;
	}

	// measure takes a request: {content, steps, seed}, the bytes of the model's file and how to
	// sample. Only the newest one is answered. With waits, a measurement that runs comes to its end
	// before, so that the distance is seen to fall in a training.
	async measure(request, waits) {
		this.#next = request;
		if (this.#running && waits) {
			return;
		}
		while (this.#next) {
			const request = this.#next;
			this.#next = null;
			this.#running = request;
			try {
				const answer = await this.#answer(request);
				if (this.#running !== request) {
					return; // A later call goes on.
				}
				if (answer) {
					this.#onMeasured(request, answer);
				}
			} finally {
				if (this.#running === request) {
					this.#running = null;
				}
			}
		}
	}

	// stop gives up the measurement that runs, if one does.
	stop() {
		this.#next = null;
		if (this.#running) {
			this.#client.call("stop", {slot: this.#slot});
		}
	}

	async #answer({content, steps, seed}) {
		if (this.#loaded !== content) {
			this.#loaded = content;
			await this.#client.call("load", {slot: this.#slot, model: content});
		}
		return latest(this.#client.call("measure", {slot: this.#slot, steps, seed}));
	}
}
