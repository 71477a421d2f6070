const frames = {{.FramesJSON}};
const common = "{{.Common}}";
const delay = {{.Delay}}; // In milliseconds.

// Sets up each player with this name that isn't yet: a page may hold an output twice. The frames
// and the controls are only here, so that a viewer without scripts shows neither.
for (const player of document.querySelectorAll('[data-player="{{.Name}}"]:not([data-ready])')) {
	player.dataset.ready = "";
	player.insertAdjacentHTML("beforeend", `
		<div class="bar" role="group" aria-label="Animation">
		<button type="button" data-lm-suppress-shortcuts="true">Play</button>
		<label>Frame <input type="range" data-lm-suppress-shortcuts="true"></label>
		<output></output>
		</div>`);
	const final = player.querySelector("img");
	const button = player.querySelector("button");
	const slider = player.querySelector("input");
	const label = player.querySelector("output");
	const last = frames.length;
	slider.min = 0;
	slider.max = last;

	// All frames lie in the same place, over what they have in common: they are transparent where
	// they agree with it. The final one hides what is below it.
	const add = (source, alt) => {
		const img = new Image();
		img.src = source;
		img.alt = alt;
		img.setAttribute("width", final.getAttribute("width"));
		final.before(img);
		return img;
	};
	add(common, "").ariaHidden = "true";
	const images = frames.map((frame) => add(frame.source, frame.alt));
	images.push(final);
	const labels = [...frames.map((frame) => frame.label), {{.FinalLabelJSON}}];
	let shown = last, timer = 0;

	const show = (frame) => {
		shown = frame;
		images.forEach((img, i) => img.hidden = i !== shown);
		slider.value = shown;
		label.textContent = labels[shown];
		slider.setAttribute("aria-valuetext", labels[shown]);
	};
	const plan = () => {
		timer = setTimeout(() => {
			if (!player.isConnected) {
				play(false); // The player may come back, and then its button must work.
				return;
			}
			show(shown === last ? 0 : shown + 1);
			plan();
		}, shown === last ? 10 * delay : delay);
	};
	// While the frames change by themselves, a screen reader isn't told of each.
	const play = (isPlaying) => {
		clearTimeout(timer);
		timer = 0;
		label.setAttribute("aria-live", isPlaying ? "off" : "polite");
		button.textContent = isPlaying ? "Pause" : "Play";
		if (isPlaying) {
			plan();
		}
	};

	button.addEventListener("click", () => {
		const starts = timer === 0;
		if (starts && shown === last) {
			show(0);
		}
		play(starts);
	});
	slider.addEventListener("input", () => {
		play(false);
		show(Number(slider.value));
	});
	const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
	show(moves ? 0 : last);
	play(moves);
}
