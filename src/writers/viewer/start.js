/* Finds the documents of this page that want a viewer. */

const own = document.currentScript?.closest("svg.flamectl");

function startAll() {
	for (const root of own ? [own] : document.querySelectorAll("svg.flamectl")) {
		if (root.flamectl || root.dataset.version !== "2")
			continue;
		root.flamectl = true; // several scripts may be on one page
		readParts(root).then(parts => new Viewer(root, parts).start());
	}
}

if (document.readyState === "loading")
	document.addEventListener("DOMContentLoaded", startAll);
else
	startAll();
