// Superseded is the error of a request that the worker gave up because a later one replaced it.
export class Superseded extends Error {}

// Client talks with one worker: call sends a request and returns a promise of its answer.
export class Client {
	#worker = new Worker("worker.js");
	#requests = new Map();
	#lastID = 0;

	constructor(module) {
		this.ready = new Promise((resolve, reject) => {
			this.#requests.set("ready", {resolve, reject});
		});
		this.ready.catch(() => {}); // Each call reports it.
		this.#worker.onmessage = ({data}) => this.#receive(data);
		this.#worker.onerror = (event) => this.#stop(event.message || "the worker did not start");
		this.#worker.postMessage({module});
	}

	// call asks for what the worker's protocol calls name. onProgress gets each part of the answer
	// that comes before the last.
	async call(name, fields = {}, onProgress = () => {}) {
		await this.ready;
		if (!this.#worker) {
			throw new Superseded("the worker was ended");
		}
		return new Promise((resolve, reject) => {
			const id = ++this.#lastID;
			this.#requests.set(id, {resolve, reject, onProgress});
			this.#worker.postMessage({id, call: name, ...fields});
		});
	}

	// end stops the worker at once. Requests without an answer are superseded.
	end() {
		this.#worker?.terminate();
		this.#worker = null;
		this.#rejectAll(new Superseded("the worker was ended"));
	}

	#receive({id, ready, stopped, progress, done, error}) {
		if (stopped) {
			this.#stop(stopped);
			return;
		}
		const request = this.#requests.get(ready ? "ready" : id);
		if (progress) {
			request.onProgress(progress);
			return;
		}
		this.#requests.delete(ready ? "ready" : id);
		if (error === undefined) {
			request.resolve(done);
		} else {
			request.reject(error === "superseded" ? new Superseded(error) : new Error(error));
		}
	}

	#stop(reason) {
		const advice = "Reload the page to start it again.";
		this.#rejectAll(new Error(`The program stopped: ${reason} ${advice}`));
	}

	#rejectAll(error) {
		for (const {reject} of this.#requests.values()) {
			reject(error);
		}
		this.#requests.clear();
	}
}

// latest waits for an answer, and returns null if a later request replaced this one.
export async function latest(answer) {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof Superseded) {
			return null;
		}
		throw error;
	}
}
