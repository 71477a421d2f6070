// Plays the frames of each player with this name that isn't set up yet.
for (const player of document.querySelectorAll(
	'[data-player="{{.Name}}"]:not([data-ready])')) {
	player.dataset.ready = "";
	const frames = player.querySelectorAll(".frame");
	const button = player.querySelector("button");
	const slider = player.querySelector("input");
	const label = player.querySelector("output");
	const last = frames.length - 1;
	let shown = last, timer = 0;

	// Each frame but the last is transparent where it agrees with this picture.
	player.querySelector(".common").hidden = false;
	const show = (frame) => {
		frames[shown].hidden = true;
		shown = frame;
		frames[shown].hidden = false;
		slider.value = shown;
		label.textContent = frames[shown].dataset.label;
		slider.setAttribute("aria-valuetext", label.textContent);
	};
	const plan = () => {
		timer = setTimeout(() => {
			if (player.isConnected) {
				show(shown === last ? 0 : shown + 1);
				plan();
			}
		}, shown === last ? 10 * {{.Delay}} : {{.Delay}});
	};
	// While the frames change by themselves, a screen reader isn't told of each.
	const play = (isPlaying) => {
		clearTimeout(timer);
		label.setAttribute("aria-live", isPlaying ? "off" : "polite");
		button.textContent = isPlaying ? "Pause" : "Play";
		timer = 0;
		if (isPlaying) {
			plan();
		}
	};

	button.addEventListener("click", () => {
		const starts = timer === 0;
		if (starts) {
			show(shown === last ? 0 : shown);
		}
		play(starts);
	});
	slider.addEventListener("input", () => {
		play(false);
		show(Number(slider.value));
	});
	player.querySelector(".bar").hidden = false;
	const moves = !matchMedia("(prefers-reduced-motion: reduce)").matches;
	show(moves ? 0 : last);
	play(moves);
}
