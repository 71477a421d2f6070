// The models that were trained beforehand, as models.json lists them.
const list = fetch("models.json").then((response) => response.ok ? response.json() : []);
const contents = new Map();
const kept = new Map(); // Models that the reader dropped.

// listed returns the entries of models.json.
export async function listed() {
	return list;
}

// found returns the entry of the model for data and a recipe, or undefined.
export async function found(data, recipe) {
	return (await list).find((entry) => entry.data === data && entry.recipe === recipe);
}

// content returns the bytes of a model. Each file is fetched once.
export function content(entry) {
	if (kept.has(entry.file)) {
		return kept.get(entry.file);
	}
	if (!contents.has(entry.file)) {
		const bytes = fetchBytes(entry.file);
		bytes.catch(() => contents.delete(entry.file));
		contents.set(entry.file, bytes);
	}
	return contents.get(entry.file);
}

// keep takes the bytes of a model that no file on the server has.
export function keep(entry, bytes) {
	kept.set(entry.file, bytes);
}

// fetchAgain fetches the same models again, so that a new service worker keeps them.
export async function fetchAgain() {
	await Promise.all([...contents.keys()].map(fetchBytes));
}

async function fetchBytes(file) {
	const response = await fetch(file);
	if (!response.ok) {
		throw new Error(`${file} could not be fetched: ${response.status} ${response.statusText}`);
	}
	return new Uint8Array(await response.arrayBuffer());
}
