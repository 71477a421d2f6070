import {content} from "./models.js";

const slot = "own";

// describeOwn loads a model that comes without data, and describes what it generates as the worker
// describes data.
export async function describeOwn(client, entry) {
	const {dim, columns, classes} = await client.call("load", {slot, model: await content(entry)});
	const samples = [];
	await client.call("sample", {slot, n: 2000, steps: 1, seed: 1, class: 0}, ({path, count}) => {
		samples.push(...path.subarray(count * dim));
	});
	return {dim, columns, classes, preview: Float32Array.from(samples)};
}
