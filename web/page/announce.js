// Announcer tells a screen reader the last of many texts, at most one in three seconds.
export class Announcer {
	#region;
	#text = "";
	#timer = 0;

	constructor(region) {
		this.#region = region;
	}

	say(text) {
		this.#text = text;
		this.#timer ||= setTimeout(() => {
			this.#timer = 0;
			if (this.#region.textContent !== this.#text) {
				this.#region.textContent = this.#text;
			}
		}, 3000);
	}
}
