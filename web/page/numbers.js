// text writes a number with commas between thousands.
export function text(number) {
	return number.toLocaleString("en");
}

// plural writes a number with its noun.
export function plural(number, noun) {
	return `${text(number)} ${noun}${number === 1 ? "" : "s"}`;
}

// milliseconds writes a duration.
export function milliseconds(ms) {
	return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

// percent writes a share.
export function percent(share) {
	return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

// megabytes writes a size.
export function megabytes(bytes) {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
