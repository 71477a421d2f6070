import {plural} from "./numbers.js";
import {Player} from "./player.js";
import {settings} from "./settings.js";

const stepsOfSlider = [1, 2, 3, 5, 10, 20, 50, 100];
const element = (id) => document.getElementById(id);

// setUpControls joins the controls to the settings. onSample is called when other samples are
// wanted, onShow when the same samples are to be shown in another way.
export function setUpControls({onSample, onShow}) {
	element("steps").addEventListener("input", () => {
		settings.steps = stepsOfSlider[element("steps").value];
		element("steps-value").textContent = settings.steps;
		element("steps").setAttribute("aria-valuetext", plural(settings.steps, "step"));
		onSample();
	});
	const player = new Player(element("play"), (t) => {
		element("time").value = 1 - t;
		showTime(t);
		onShow();
	});
	element("time").addEventListener("input", () => {
		player.stop();
		showTime(1 - element("time").valueAsNumber);
		onShow();
	});
	element("seed").addEventListener("input", () => {
		if (element("seed").checkValidity() && element("seed").value !== "") {
			settings.seed = element("seed").valueAsNumber;
			onSample();
		}
	});
	element("new-noise").addEventListener("click", () => {
		settings.seed = element("seed").value = Math.floor(1e6 * Math.random());
		onSample();
	});
	element("count").addEventListener("change", () => {
		settings.count = Number(element("count").value);
		onSample();
	});
	element("class").addEventListener("change", () => {
		settings.chosenClass = Number(element("class").value);
		onSample();
	});
	element("field").addEventListener("change", () => {
		settings.field = element("field").checked;
		onShow();
	});
}

function showTime(t) {
	settings.t = Number(t.toFixed(3));
	element("time-value").textContent = t === 0 || t === 1 ? t : t.toFixed(2);
	const words = t === 0 ? ", data" : t === 1 ? ", noise" : "";
	element("time").setAttribute("aria-valuetext", `t = ${Number(t.toFixed(2))}${words}`);
}

// offerClasses shows the classes that the models of the panels have, if any.
export function offerClasses(names) {
	const select = element("class");
	const offered = [...select.options].slice(1).map((option) => option.textContent);
	if (names.join() === offered.join() && select.options.length > 0) {
		return;
	}
	const options = names.map((name, k) => new Option(name, k + 1));
	select.replaceChildren(new Option("any", 0), ...options);
	settings.chosenClass = 0;
	element("class-label").hidden = names.length === 0;
}
