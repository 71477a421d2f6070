// Keeps the files of a version of the page, so that it works without a network. Models are kept
// when they are first fetched.
const version = new URL(location).searchParams.get("version");
const cacheName = `meanflow ${registration.scope} ${version}`;
const isModel = (file) => file.startsWith("models/");
const program = "meanflow.wasm.gz";
// Other browsers and servers use these.
const isSpare = (file) => file === "meanflow.wasm" || file.endsWith(".gz") && file !== program;

self.addEventListener("install", (event) => event.waitUntil(keep()));

async function keep() {
	const response = await fetch("files.json", {cache: "no-cache"});
	const {files} = await response.json();
	const needed = files.filter((file) => !isModel(file) && !isSpare(file) && file !== "sw.js");
	const cache = await caches.open(cacheName);
	// The browser has most of them already, and only asks whether they have changed.
	await cache.addAll(["./", "files.json", ...needed].map(
		(file) => new Request(file, {cache: "no-cache"})));
	await self.skipWaiting();
}

self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate() {
	const mine = `meanflow ${registration.scope} `;
	for (const name of await caches.keys()) {
		if (name.startsWith(mine) && name !== cacheName) {
			await caches.delete(name);
		}
	}
	await clients.claim();
}

self.addEventListener("fetch", (event) => {
	const url = new URL(event.request.url);
	if (event.request.method === "GET" && url.href.startsWith(registration.scope)) {
		event.respondWith(answer(event.request, url));
	}
});

async function answer(request, url) {
	const cache = await caches.open(cacheName);
	const file = url.href.slice(registration.scope.length);
	const kept = await cache.match(request);
	if (file === "files.json") { // It tells whether there is a new version.
		return fetch(request).catch(() => kept);
	}
	if (kept) {
		return kept;
	}
	const response = await fetch(request);
	if (response.ok && isModel(file)) {
		await cache.put(request, response.clone());
	}
	return response;
}
