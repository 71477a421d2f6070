// Connects the explorer with this address to the program of its cell. Until the program answers,
// and for good if it has ended, there is a picture without controls.
const address = "{{.Address}}";
const options = {{.OptionsJSON}}; // Of each control.
const explorer = document.querySelector(`[data-explorer="${address}"]:not([data-ready])`);
if (explorer) {
	explorer.dataset.ready = "";
	explorer.querySelector("style").insertAdjacentHTML("afterend", {{.ControlsJSON}});
	explorer.insertAdjacentHTML("beforeend", `<p role="status" hidden>{{.Hint}}</p>`);
	const controls = explorer.querySelector(".controls");
	const inputs = [...controls.querySelectorAll("input, select")];
	const picture = explorer.querySelector("img");
	const status = explorer.querySelector("[role=status]");
	const cell = explorer.closest(".jp-CodeCell");
	const notebook = explorer.closest(".jp-Notebook");
	// In other modes, JupyterLab may detach the cells that are off screen.
	const seesQueue = Boolean(cell && notebook?.querySelector(".jp-content-visibility-mode"));

	// GoNB v0.11.5 connects to ws://host/api/kernels/…, even if the server's pages have https or a
	// prefix, as JupyterHub's have.
	const config = document.getElementById("jupyter-config-data")?.textContent;
	const prefix = (config && JSON.parse(config).baseUrl) || "/";
	const Socket = globalThis.WebSocket;
	if (location.protocol === "https:" || prefix !== "/") {
		const wrong = `ws://${location.host}/api/kernels/`;
		const right = `${location.protocol.replace("http", "ws")}//${location.host}${prefix}api/kernels/`;
		globalThis.WebSocket = class extends Socket {
			constructor(url, ...rest) {
				super(String(url).replace(wrong, right), ...rest);
			}
		};
	}

	let count = 0, lastSent = 0, hasEnded = false, lastTouch = 0, hadQueue = false;

	// Messages can overtake each other on their way, so they are numbered.
	const send = (kind) => {
		if (!hasEnded) {
			lastSent = Date.now();
			globalThis.gonb_comm?.send(address, JSON.stringify({
				n: ++count, kind: kind, seesQueue: seesQueue,
				choices: inputs.map((input) => Number(input.value)),
			}));
		}
	};
	const touch = () => {
		if (Date.now() - lastTouch > 1000) {
			lastTouch = Date.now();
			send("touch");
		}
	};
	const label = (input) => {
		if (input.type === "range") {
			const text = options[inputs.indexOf(input)][input.value];
			input.nextElementSibling.textContent = text;
			input.setAttribute("aria-valuetext", text);
		}
	};
	const end = () => {
		send("bye");
		hasEnded = true;
		controls.hidden = true;
		clearInterval(timer);
	};
	for (const input of inputs) {
		label(input);
		input.addEventListener("input", () => {
			label(input);
			lastTouch = Date.now();
			send("choose");
		});
	}
	for (const event of ["pointerdown", "pointermove", "keydown"]) {
		controls.addEventListener(event, touch);
	}

	// A cell that waits to run shows a star. Twice in a row, since the prompts of the cells before
	// this one may be late.
	const isQueued = () => [...notebook.querySelectorAll(".jp-CodeCell")].some((other) =>
		other !== cell && other.querySelector(".jp-InputPrompt")?.textContent.includes("*"));
	let isConnected = false, tries = 0;
	const timer = setInterval(() => {
		if (!explorer.isConnected || !isConnected && ++tries > 40) {
			clearInterval(timer);
			globalThis.WebSocket = Socket;
			return;
		}
		if (!isConnected) {
			connect();
			return;
		}
		const queued = Boolean(cell && notebook) && isQueued();
		if (queued && hadQueue) {
			send("queued");
		} else if (Date.now() - lastSent > 5000) {
			send("here");
		}
		hadQueue = queued;
	}, 250);
	let subscribed = null;
	const connect = () => {
		const comm = globalThis.gonb_comm;
		if (comm && comm !== subscribed) {
			subscribed = comm;
			comm.subscribe(address, (_, text) => {
				const message = JSON.parse(text);
				switch (message.kind) {
				case "welcome":
					isConnected = true;
					globalThis.WebSocket = Socket;
					controls.hidden = status.hidden = false;
					break;
				case "picture":
					picture.src = message.source;
					picture.alt = message.alt;
					break;
				case "end":
					end();
				}
			});
		}
		send("hello");
	};
	connect();
}
