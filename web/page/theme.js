// The colors of the style sheet, for canvases. onTheme calls a function when they change.
const dark = matchMedia("(prefers-color-scheme: dark)");

// color returns the value of a custom property of the style sheet, as seen by an element.
export function color(name, element = document.documentElement) {
	return getComputedStyle(element).getPropertyValue(`--${name}`).trim();
}

export function onTheme(change) {
	dark.addEventListener("change", change);
}

// mixed returns the color between two hexadecimal ones: the first for share 0, the second for 1.
export function mixed(first, second, share) {
	const channel = (at) => {
		const [from, to] = [first, second].map((hex) => parseInt(hex.slice(at, at + 2), 16));
		return Math.round(from + share * (to - from));
	};
	return `rgb(${channel(1)} ${channel(3)} ${channel(5)})`;
}
