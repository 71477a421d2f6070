import {Client} from "./client.js";
import {offerClasses, setUpControls} from "./controls.js";
import {setUpData} from "./data.js";
import {setUpDigits} from "./digits.js";
import {loadModule, missing} from "./engine.js";
import {megabytes} from "./numbers.js";
import {keepOffline} from "./offline.js";
import {Panel} from "./panel.js";
import {setUpSave} from "./save.js";
import {settings} from "./settings.js";
import {axesOf, viewOf} from "./view.js";

const element = (id) => document.getElementById(id);

function fail(error) {
	element("failure").textContent = error.message ?? error;
	element("failure").hidden = false;
}

const page = {onModel: () => offerWhatModelsHave(), onError: fail};
const panels = ["left", "right"].map((side) => new Panel(side, settings, page));
const save = setUpSave(panels, fail);

function offerWhatModelsHave() {
	const [left, right] = panels.map((panel) => panel.classes);
	offerClasses(left.length > 0 ? left : right);
	save.offer();
}

setUpControls({
	onSample() {
		for (const panel of panels) {
			panel.sampleAndMeasure().catch(fail);
		}
	},
	onShow() {
		for (const panel of panels) {
			panel.showField().catch(fail);
			panel.redraw();
		}
	},
});

for (const [k, id] of ["shown-x", "shown-y"].entries()) {
	element(id).addEventListener("change", () => {
		settings.axes = settings.axes.with(k, Number(element(id).value));
		panels.forEach((panel) => panel.redraw());
	});
}

let measurer = null; // The client of a worker for both panels.

// load fetches the program, and starts it in workers.
async function load() {
	const lack = missing();
	if (lack) {
		throw new Error(lack);
	}
	const module = await loadModule((bytes) => {
		element("loading-text").textContent = `Loading ${megabytes(bytes)} of WebAssembly…`;
		element("loading-bar").value = bytes / 4.5e6;
	});
	measurer = new Client(module);
	await Promise.all(panels.map((panel) => panel.start(module, measurer)));
	setUpDigits(module);
	element("loading-text").textContent = "Ready: it runs on this computer.";
	element("loading-bar").hidden = true;
}

const loaded = load();
loaded.then(keepOffline, () => element("loading").hidden = true);
let lastChoice = 0;

// use takes data (data.js) for both panels.
async function use(choice) {
	const turn = ++lastChoice;
	element("failure").hidden = true;
	await loaded;
	const description = await panels[0].describe(choice);
	if (turn !== lastChoice) {
		return null;
	}
	const isFile = Boolean(choice.fields?.file || choice.entry);
	settings.axes = axesOf(description.preview, description.dim);
	settings.view = viewOf(description.preview, description.dim, !isFile);
	settings.hasData = choice.fields !== null;
	const names = isFile ? description.columns : description.columns.map(() => "");
	const target = choice.fields ? description.preview : new Float32Array();
	if (choice.fields) {
		measurer.call("data", choice.fields).catch(fail);
	}
	const data = {...choice, ...description, names, target, view: settings.view};
	// A model of the reader's own has nothing to be compared with.
	element("panels").classList.toggle("single", Boolean(choice.entry));
	panels[0].use(choice.entry ? null : data);
	panels[1].use(data);
	return choice.fields && description;
}

setUpData(use, fail);
