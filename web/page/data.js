import {DrawingPad} from "./drawing_pad.js";
import {setUpDropping} from "./dropping.js";
import {FileReading} from "./file_reading.js";
import {keep, listed} from "./models.js";

// setUpData joins the cards to the page. use gets what to use:
//   fields  those of the worker's call "data", or null if there are none yet
//   name    of a distribution, or null
//   title   what the data are called
//   entry   of a model of the reader's own without data (models.js)
//   hint    what to do if there is no model
// and returns a promise of what the worker says of the data. onError gets errors other than those
// of a file.
export function setUpData(use, onError) {
	const onChoose = (choice) => use(choice).catch(onError);
	const cards = document.getElementById("cards");
	const train = "not trained yet";
	const pad = new DrawingPad((points) => onChoose({
		fields: points && {points}, title: "your points", hint: points ? train : "draw some points",
	}));
	const file = new FileReading((fields) => use({
		fields, title: fields?.fileName ?? "your file", hint: fields ? train : "no table yet",
	}));
	const choose = () => {
		const chosen = cards.querySelector(":checked");
		document.getElementById("draw").hidden = chosen.value !== "draw";
		document.getElementById("file").hidden = chosen.value !== "file";
		if (chosen.value === "draw") {
			return pad.use();
		}
		if (chosen.value === "file") {
			return file.open();
		}
		if (chosen.entry) {
			const {entry} = chosen;
			return onChoose({fields: null, title: entry.name, entry, hint: ""});
		}
		const name = chosen.value;
		return onChoose({fields: {name}, name, title: `the ${name}`, hint: train});
	};
	cards.addEventListener("change", choose);
	setUpDropping(async (dropped) => {
		if (dropped.name.endsWith(".safetensors")) {
			const name = dropped.name.slice(0, -".safetensors".length);
			const entry = {file: dropped.name, name, data: "", recipe: "own", steps: 0};
			keep(entry, new Uint8Array(await dropped.arrayBuffer()));
			addCard(cards, entry).checked = true;
			choose();
			return;
		}
		const card = cards.querySelector("[value=file]");
		if (!card.checked) {
			card.checked = true;
			choose();
		}
		file.take(dropped);
	});
	addOwnModels(cards);
	return choose();
}

// addOwnModels adds a card for each model that the reader put into the page.
async function addOwnModels(cards) {
	for (const entry of await listed()) {
		if (entry.data === "") {
			addCard(cards, entry);
		}
	}
}

// addCard adds a card for a model, in place of an earlier one of the same file, and returns its
// input.
function addCard(cards, entry) {
	const earlier = [...cards.querySelectorAll("input")].find(({value}) => value === entry.file);
	earlier?.closest(".card").remove();
	const card = document.getElementById("own-card").content.cloneNode(true);
	const input = Object.assign(card.querySelector("input"), {value: entry.file, entry});
	card.querySelector("span").textContent = entry.name;
	cards.append(card);
	return input;
}
