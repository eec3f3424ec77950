/* The search: rows of terms, a colour each, in the bar. */

const COLORS = 6; // of terms

class Search {
	constructor(viewer) {
		this.viewer = viewer;
		this.terms = [];
		this.ic = this.literal = false; // ignores case; no patterns; so called in the address
		this.found = -1; // of the frames found, the one gone to
		this.rows = h("div", {class: "rows"});
		this.matched = h("output", {id: "matched"});
		this.place = h("output", {class: "place"});
		this.caseButton = button("Aa", "ignore case (Ctrl I)", () => this.toggle("ic"), {id: "ignorecase"});
		this.literalButton = button(".*", "patterns", () => this.toggle("literal"));
		this.tools = h("span", {class: "tools"}, this.caseButton, this.literalButton,
			button("+", "one more term", () => this.add("")), button("\u2039", "previous", () => this.step(-1)),
			button("\u203a", "next", () => this.step(1)), this.place, this.matched);
		this.element = h("div", {class: "search", role: "search", hidden: true}, this.rows, this.tools);
	}

	get isOpen() {
		return !this.element.hidden;
	}

	open() {
		if (!this.isOpen) {
			this.element.hidden = false;
			this.add(this.terms[0] || "");
		}
		const input = this.rows.querySelector("input");
		input.focus();
		input.select();
	}

	close() {
		this.set([]);
		this.viewer.searchButton.focus();
	}

	/* Shows rows for these terms. */
	set(terms) {
		this.rows.replaceChildren();
		this.element.hidden = !terms.length;
		terms.forEach(term => this.addRow(term));
		this.run();
		this.viewer.fitBar();
	}

	add(term) {
		this.addRow(term).focus();
		this.viewer.fitBar();
	}

	addRow(term) {
		const input = h("input", {type: "text", "aria-label": "Search", placeholder: "pattern", spellcheck: "false",
			autocomplete: "off", input: () => this.run(), keydown: event => this.onKey(event)});
		const row = h("div", {class: "row"}, h("i"), input,
			button("\u00d7", "remove", () => this.set(this.inputs.filter(other => other !== input).map(other => other.value))));
		input.value = term;
		this.rows.append(row);
		this.inputs.forEach((other, i) => set(other.previousSibling, {class: "m" + (i % COLORS + 1)}));
		return input;
	}

	get inputs() {
		return [...this.rows.querySelectorAll("input")];
	}

	onKey(event) {
		if (event.key === "Enter" && this.terms.length) {
			this.step(event.shiftKey ? -1 : 1, true);
			event.preventDefault();
		}
	}

	toggle(what) {
		this[what] = !this[what];
		this.run();
	}

	/* Each distinct name is tried once. The first term that matches gives the colour. */
	run() {
		const {viewer} = this, {names} = viewer.tree.shared;
		this.terms = this.inputs.map(input => input.value).filter(Boolean);
		set(this.caseButton, {"aria-pressed": this.ic});
		set(this.literalButton, {"aria-pressed": !this.literal});
		viewer.marks = this.terms.length ? new Uint8Array(names.length) : null;
		this.inputs.forEach(({value: term}, i) => {
			if (term)
				viewer.marks = markNames(names, viewer.marks, i % COLORS + 1, term, this);
		});
		this.found = -1;
		this.refresh();
		viewer.showMarks();
		viewer.saveSoon();
	}

	/* The tree is another one. */
	refresh() {
		const {viewer} = this;
		this.hits = viewer.marks && new Hits(viewer.tree, viewer.marks);
		this.tell();
	}

	/* Counts when what is found has been painted. The share is that of the view, each sample once. */
	tell() {
		const {hits, viewer} = this;
		if (!hits)
			this.matched.textContent = this.place.textContent = "";
		else viewer.later(() => {
			if (hits !== this.hits)
				return;
			const {tree, sheets: [{top}]} = viewer, share = 100 * hits.weight(top) / tree.weight(top);
			setText(this.matched, `Matched: ${share === 100 ? share : share.toFixed(1)}%`);
			setText(this.place, (this.found < 0 ? "" : this.found + 1 + " of ") + withCommas(hits.all.length) + " frames");
			viewer.fitBar();
		});
	}

	step(by, stay) {
		const {hits, viewer} = this, count = hits ? hits.all.length : 0;
		if (!count)
			return;
		this.found = this.found < 0 && by < 0 ? count - 1 : (this.found + by + count) % count;
		viewer.reveal(hits.widest[this.found], !stay);
		this.tell();
	}
}
