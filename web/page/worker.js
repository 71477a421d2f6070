// A worker that runs the program in Go. Its first message brings the compiled module; the program
// sets self.handle, posts {ready: true}, and gets every later message.
importScripts("wasm_exec.js");

self.onmessage = async ({data: {module}}) => {
	self.onmessage = ({data}) => self.handle(data);
	try {
		const go = new Go();
		await go.run(await WebAssembly.instantiate(module, go.importObject));
		self.postMessage({stopped: "The program has ended."});
	} catch (error) {
		self.postMessage({stopped: String(error)});
	}
};
