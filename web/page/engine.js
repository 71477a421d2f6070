// missing returns a sentence on what this browser lacks, or an empty string.
export function missing() {
	if (typeof WebAssembly !== "object") {
		return "This browser does not run WebAssembly, which this page is made of.";
	}
	if (typeof Worker !== "function") {
		return "This browser has no workers, in which this page trains networks.";
	}
	return "";
}

// loadModule fetches and compiles the program. onProgress gets the number of bytes so far.
export async function loadModule(onProgress) {
	const canDecompress = typeof DecompressionStream === "function";
	const response = await fetch(canDecompress ? "meanflow.wasm.gz" : "meanflow.wasm");
	if (!response.ok) {
		const reason = `${response.status} ${response.statusText}`;
		throw new Error(`The program could not be fetched: ${reason}`);
	}
	return compile(await plain(response.body, onProgress));
}

// plain returns a stream of the program. A server may have decompressed the file already (with
// Content-Encoding: gzip), so the first bytes decide.
async function plain(stream, onProgress) {
	const reader = stream.getReader();
	let first = await reader.read();
	let bytes = 0;
	const whole = new ReadableStream({
		async pull(controller) {
			const {done, value} = first ?? await reader.read();
			first = null;
			if (done) {
				controller.close();
				return;
			}
			onProgress(bytes += value.length);
			controller.enqueue(value);
		},
	});
	const isCompressed = first.value?.[0] === 0x1f && first.value?.[1] === 0x8b;
	return isCompressed ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

function compile(stream) {
	const response = new Response(stream, {headers: {"Content-Type": "application/wasm"}});
	return WebAssembly.compileStreaming(response);
}
