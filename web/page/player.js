const duration = 3500; // Milliseconds from noise to data.
const stills = [1, 0.75, 0.5, 0.25, 0];
const stillDuration = 900;

// Player runs the time from 1 (noise) to 0 (data). For readers who prefer reduced motion it shows a
// few still pictures.
export class Player {
	#button;
	#onTime;
	#playing = 0; // Counts up, so that a run knows that it was stopped.
	#runs = false;

	constructor(button, onTime) {
		this.#button = button;
		this.#onTime = onTime;
		button.addEventListener("click", () => this.#runs ? this.stop() : this.#play());
	}

	stop() {
		this.#playing++;
		this.#runs = false;
		this.#update();
	}

	async #play() {
		const run = ++this.#playing;
		this.#runs = true;
		this.#update();
		const isReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
		for await (const t of isReduced ? stillTimes() : frameTimes()) {
			if (run !== this.#playing) {
				return;
			}
			this.#onTime(t);
		}
		this.stop();
	}

	#update() {
		this.#button.textContent = this.#runs ? "Stop" : "Play";
		this.#button.setAttribute("aria-label", this.#runs ? "Stop" : "Play from noise to data");
	}
}

async function* frameTimes() {
	const began = performance.now();
	let t = 1;
	while (t > 0) {
		const now = await new Promise(requestAnimationFrame);
		t = Math.min(1, Math.max(0, 1 - (now - began) / duration));
		yield t;
	}
}

async function* stillTimes() {
	for (const t of stills) {
		yield t;
		await new Promise((resolve) => setTimeout(resolve, stillDuration));
	}
}
