import {paint} from "./picture.js";
import {settings} from "./settings.js";
import {color} from "./theme.js";
import {plural} from "./numbers.js";

const edge = 520, margin = 20, header = 44; // Of the picture, in CSS pixels.
const ratio = 2;

// setUpSave joins the buttons that save to the panels. offer enables those that have something to
// save.
export function setUpSave(panels, onError) {
	const element = (id) => document.getElementById(`save-${id}`);
	const onClick = (id, action) => element(id).addEventListener("click", () => {
		action().catch(onError);
	});
	onClick("picture", async () => {
		download("meanflow.png", await picture(panels.filter((panel) => panel.isUsed)));
	});
	for (const panel of panels) {
		const name = () => `${panel.title.replace(/\W+/g, "-")}-${panel.side}`;
		onClick(`${panel.side}-samples`, async () => {
			download(`${name()}.csv`, new Blob([await panel.csv()], {type: "text/csv"}));
		});
		onClick(`${panel.side}-model`, async () => {
			download(`${name()}.safetensors`, new Blob([panel.content]));
		});
	}
	return {
		offer() {
			element("picture").disabled = panels.every((panel) => !panel.content);
			for (const {side, content} of panels) {
				element(`${side}-samples`).disabled = element(`${side}-model`).disabled = !content;
			}
		},
	};
}

function download(name, blob) {
	const link = document.createElement("a");
	link.download = name;
	link.href = URL.createObjectURL(blob);
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// picture draws panels with their titles side by side, as PNG.
async function picture(panels) {
	const width = panels.length * (edge + margin) + margin, height = edge + header + margin;
	const canvas = new OffscreenCanvas(ratio * width, ratio * height);
	const context = canvas.getContext("2d");
	context.scale(ratio, ratio);
	context.fillStyle = color("card");
	context.fillRect(0, 0, width, height);
	const time = settings.t > 0 ? `, t = ${Number(settings.t.toFixed(2))}` : "";
	panels.forEach((panel, k) => {
		context.save();
		context.translate(margin + k * (edge + margin), header);
		paint(context, edge, panel.scene(ratio));
		context.restore();
		context.fillStyle = color("ink");
		context.textAlign = "center";
		context.textBaseline = "middle";
		context.font = `17px ${getComputedStyle(document.body).fontFamily}`;
		const title = `${panel.title}, ${plural(settings.steps, "step")}${time}`;
		context.fillText(title, margin + k * (edge + margin) + edge / 2 + 13, header / 2 + 6);
	});
	return canvas.convertToBlob({type: "image/png"});
}
