import {settings} from "./settings.js";

const element = (id) => document.getElementById(id);

// FileReading takes a table from a file, and the reader's answers on how to read it.
export class FileReading {
	#onFile;
	#file = null; // {file, fileName}
	#isRead = false; // Whether a table is in use.

	// onFile gets the fields of the worker's call "data", or null if there is no file, and returns
	// a promise of what the worker says of the table.
	constructor(onFile) {
		this.#onFile = onFile;
		const input = element("file-input");
		input.addEventListener("change", () => this.take(input.files[0]));
		for (const id of ["leave-out-missing", "first-line", "leave-out", "class-column"]) {
			element(id).addEventListener("change", () => this.use());
		}
	}

	// take reads a file that the reader chose or dropped.
	async take(file) {
		if (file) {
			this.#file = {file: new Uint8Array(await file.arrayBuffer()), fileName: file.name};
			this.use();
		}
	}

	// open takes the file, if there is one, in place of other data.
	open() {
		this.#isRead = false;
		return this.use();
	}

	// use reads the file again, with the answers that are given.
	async use() {
		element("file-error").hidden = true;
		try {
			const table = await this.#onFile(this.#file && {
				...this.#file,
				leaveOutMissing: element("leave-out-missing").checked,
				header: element("first-line").value,
				leaveOut: names(element("leave-out").value),
				label: element("class-column").value.trim(),
			});
			if (table) {
				this.#isRead = true;
				this.#show(table);
			}
		} catch (error) {
			element("file-error").textContent = error.message;
			element("file-error").hidden = false;
			// A table that was read before stays, with what was trained on it.
			if (!this.#isRead) {
				element("file-notes").replaceChildren();
				element("shown").hidden = true;
				await this.#onFile(null);
			}
		}
	}

	#show({notes, columns}) {
		element("file-notes").replaceChildren(...notes.map((note) => {
			const item = document.createElement("li");
			item.textContent = note;
			return item;
		}));
		element("shown").hidden = columns.length <= 2;
		["shown-x", "shown-y"].forEach((id, k) => {
			element(id).replaceChildren(...columns.map((name, j) => new Option(name, j)));
			element(id).value = settings.axes[k];
		});
	}
}

// names returns the names between commas.
function names(text) {
	return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
