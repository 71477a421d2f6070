import {settings} from "./settings.js";

const element = (id) => document.getElementById(id);

// FileReading takes a table from a file, and the reader's answers on how to read it.
export class FileReading {
	#onFile;
	#file = null; // {file, fileName}

	// onFile gets the fields of the worker's call "data", or null if there is no file, and returns
	// a promise of what the worker says of the table.
	constructor(onFile) {
		this.#onFile = onFile;
		const input = element("file-input");
		input.addEventListener("change", () => this.#take(input.files[0]));
		for (const id of ["leave-out-missing", "first-line", "leave-out", "class-column"]) {
			element(id).addEventListener("change", () => this.use());
		}
		const drop = element("drop");
		drop.addEventListener("dragover", (event) => {
			event.preventDefault();
			drop.classList.add("over");
		});
		drop.addEventListener("dragleave", () => drop.classList.remove("over"));
		drop.addEventListener("drop", (event) => {
			event.preventDefault();
			drop.classList.remove("over");
			this.#take(event.dataTransfer.files[0]);
		});
	}

	async #take(file) {
		if (file) {
			this.#file = {file: new Uint8Array(await file.arrayBuffer()), fileName: file.name};
			this.use();
		}
	}

	// use reads the file again, with the answers that are given.
	async use() {
		element("file-error").hidden = true;
		element("file-notes").replaceChildren();
		element("shown").hidden = true;
		try {
			const table = await this.#onFile(this.#file && {
				...this.#file,
				leaveOutMissing: element("leave-out-missing").checked,
				header: element("first-line").value,
				leaveOut: names(element("leave-out").value),
				label: element("class-column").value.trim(),
			});
			if (table) {
				this.#show(table);
			}
		} catch (error) {
			element("file-error").textContent = error.message;
			element("file-error").hidden = false;
			await this.#onFile(null);
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
