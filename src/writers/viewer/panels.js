/* What the viewer puts around the frames: HTML in <foreignObject>s, one for each panel, so that nothing in them
 * needs a position of its own. */

function h(name, attributes, ...children) {
	const element = make(HTML, name, attributes);
	element.append(...children);
	return element;
}

function button(label, hint, click, more) {
	return h("button", {type: "button", title: hint, click, ...more}, label);
}

/* A panel in the picture's coordinates. */
class Panel {
	constructor(root, name, content) {
		this.content = h("div", {class: "panel " + name}, ...content);
		this.box = make(SVG, "foreignObject", {class: name, width: 1, height: 1});
		this.box.append(this.content);
		root.append(this.box);
	}

	place(x, y, width, height) {
		set(this.box, {x, y, width, height});
	}

	/* Puts it near a point, where it is on the screen and in the picture, as large as its content. */
	putAt(viewer, point) {
		this.place(0, 0, Math.min(440, viewer.width), 4000);
		const {offsetWidth: width, offsetHeight: height} = this.content, {y: top, height: all} = viewer.root.viewBox.baseVal;
		const screen = viewer.screen(), low = Math.max(top, screen.low), high = Math.min(top + all, screen.high) - 2;
		const x = Math.max(0, Math.min(point.x, viewer.width - width - 2)), over = point.y - height - 24;
		const y = point.y + height < high ? point.y : over > low ? over : Math.max(low, high - height);
		this.place(x, y, width + 2, Math.min(height, high - low) + 2);
	}
}

function helpList() {
	const keys = [["click, Enter", "zoom"], ["Ctrl + wheel", "zoom step by step"], ["\u2190 \u2191 \u2192 \u2193", "walk the tree"],
		["Esc", "close, reset"], ["right click, hold", "menu"], ...COMMANDS];
	return h("dl", {role: "dialog", "aria-label": "Keys", tabindex: "-1"},
		...keys.flatMap(([key, what]) => [h("dt", null, key), h("dd", null, what)]));
}

const ROWS = 200; // of the table at a time

/* Functions with their own and whole weights, and in a comparison how much the whole has changed; a click on a head
 * sorts, on a row shows callers and callees. */
class Table {
	constructor(viewer) {
		this.viewer = viewer;
		this.columns = viewer.texts.delta ? ["change", "self", "total"] : ["self", "total"];
		this.by = viewer.texts.delta ? "change" : "total";
		this.body = h("tbody");
		this.more = button("More", "more rows", () => this.addRows());
		this.heads = [...this.columns, "name"].map(key =>
			h("th", {scope: "col"}, button(key, "sort", () => this.sort(key))));
		this.panel = new Panel(viewer.root, "table", [
			h("table", {"aria-label": "Functions"}, h("thead", null, h("tr", null, ...this.heads)), this.body), this.more]);
	}

	show() {
		const {tree} = this.viewer;
		const weights = this.weights = functionsOf(tree, tree.counted), {total} = weights;
		if (this.columns[2]) {
			const [before, after] = tree.sums.map(sums => functionsOf(tree, sums).total);
			weights.change = after.map((weight, id) => weight - before[id]);
		}
		this.order = Array.from(total.keys()).filter(id => id && (total[id] > 0 || weights.change?.[id]));
		this.sort(this.by);
	}

	sort(key) {
		const {weights, viewer: {tree}} = this, values = weights[key];
		this.by = key;
		this.order.sort((a, b) => values && Math.abs(values[b]) - Math.abs(values[a]) || tree.rank(a) - tree.rank(b));
		for (const head of this.heads)
			set(head, {"aria-sort": head.textContent !== key ? "" : values ? "descending" : "ascending"});
		this.body.replaceChildren();
		this.addRows();
	}

	addRows() {
		const {body, order} = this, from = body.children.length;
		body.append(...order.slice(from, from + ROWS).map(id => this.row(id)));
		this.more.hidden = body.children.length >= order.length;
	}

	row(id) {
		const {viewer, weights} = this, mark = viewer.marks?.[id];
		const cells = this.columns.map(key => h("td", {title: viewer.count(weights[key][id])},
			viewer[key === "change" ? "points" : "percent"](weights[key][id])));
		const name = button(viewer.tree.shared.names[id], "Callers and callees", () => viewer.go({view: "sandwich", frame: id}));
		return h("tr", {class: mark ? "m" + mark : ""}, ...cells, h("td", null, name));
	}
}
