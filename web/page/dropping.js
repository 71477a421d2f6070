// setUpDropping hands files that are dropped anywhere on the page to take. The browser would leave the
// page for them.
export function setUpDropping(take) {
	const drop = document.getElementById("drop");
	document.addEventListener("dragover", (event) => {
		event.preventDefault();
		drop.classList.add("over");
	});
	document.addEventListener("dragleave", () => drop.classList.remove("over"));
	document.addEventListener("drop", (event) => {
		event.preventDefault();
		drop.classList.remove("over");
		const [file] = event.dataTransfer.files;
		if (file) {
			take(file);
		}
	});
}
