import {fetchAgain} from "./models.js";

// keepOffline lets the page work without a network from its next load on. A new version of the page
// has another address of sw.js, so the browser takes it.
export async function keepOffline() {
	const workers = navigator.serviceWorker;
	if (!workers) {
		return;
	}
	workers.addEventListener("controllerchange", () => fetchAgain().catch(() => {}));
	try {
		const response = await fetch("files.json", {cache: "no-cache"});
		const {version} = await response.json();
		await workers.register(`sw.js?version=${version}`);
	} catch {
		// Without a network, or without leave to store files, the page works as it is.
	}
}
