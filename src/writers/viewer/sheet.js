/* The elements on show. A frame's elements are a slot {group, title, rect, text}. What a browser does with an
 * element takes far longer than what is done here, so a new view first gets elements for the widest frames on
 * the screen and a few paths for the others; narrow ones and the rest come after it has been painted, a few
 * milliseconds' worth at a time, and titles last. */

const SVG = "http://www.w3.org/2000/svg";
const HTML = "http://www.w3.org/1999/xhtml";
const FIRST = 8;       // elements that a view starts with
const LARGE = 12;      // px; narrower frames are marked later
const SLICE = 5;       // ms of drawing at a time

/* What stays as it is makes the browser no work; an empty attribute is none, and functions listen. */
function set(element, attributes) {
	for (const key in attributes) {
		const given = attributes[key], value = String(given);
		if (typeof given === "function")
			element.addEventListener(key, given);
		else if (!value)
			element.removeAttribute(key);
		else if (element.getAttribute(key) !== value)
			element.setAttribute(key, value);
	}
	return element;
}

function setText(element, text) {
	if (element.textContent !== text)
		element.textContent = text;
}

function make(namespace, name, attributes) {
	return set(document.createElementNS(namespace, name), attributes);
}

/* Paths of merged frames, one a colour. Coordinates are tenths of a pixel across, so that they are short. */
class Shapes {
	constructor({x, height}) {
		this.left = x;
		this.tail = "v" + height + "h-";
		this.paths = [];
	}

	add(path, x, y, width) {
		const from = Math.round((this.left + x) * 10), w = Math.round((this.left + x + width) * 10) - from;
		this.paths[path] = (this.paths[path] || "") + `M${from} ${y}h${w + this.tail + w}z`;
	}

	elements(attributes) {
		return this.paths.map((d, path) => make(SVG, "path", {d, transform: "scale(.1,1)", ...attributes(path)})).filter(Boolean);
	}
}

class Sheet {
	constructor(viewer, frames, slivers) {
		this.viewer = viewer;
		this.frames = frames;
		this.slivers = slivers;
		this.tree = viewer.tree;
		this.top = 0;            // the zoomed node
		this.slots = new Map();  // by node
		this.turn = 0;           // of the view, for what comes after its paint
		this.marked = [];        // elements
		set(frames, {role: "tree", "aria-label": "Frames"});
	}

	/* The picture's elements are the first to be used. */
	adopt(group) {
		const node = Number(group.dataset.n), {text} = this.enter(group, node);
		if (text.firstChild || !node)
			text.textContent = this.viewer.label(this.tree, node, this.view.width(node));
	}

	/* A node's slot from now on. */
	enter(group, node) {
		const [title, rect, text] = group.children, slot = {group, title, rect, text, node};
		this.slots.set(node, slot);
		this.mark(slot);
		set(group, {role: "treeitem", "aria-level": this.tree.depth[node] + 1, tabindex: node === this.top ? 0 : -1});
		return slot;
	}

	take(tree) {
		this.tree = tree;
		this.top = 0;
		this.view = this.layOut(FINE);
		this.levels = tree === this.viewer.base ? 0 : this.view.levels; // 0: as many as in the picture
	}

	/* Where levels are: the root's y, how far to the next, and how far all is moved from there. Not by 0, which
	 * browsers take for no transform; to give all elements one later takes long. */
	place(y, step, dy) {
		Object.assign(this, {first: y, step, dy});
		for (const part of [this.frames, this.slivers])
			set(part, {transform: `translate(0 ${dy + 1e-6})`});
	}

	y(node) {
		return this.first + this.tree.depth[node] * this.step;
	}

	/* px per unit of weight */
	get pixels() {
		return this.viewer.inner / this.tree.weight(this.top);
	}

	layOut(least) {
		return new View(this.tree, this.top, this.pixels, least);
	}

	/* The node over a point, or -1. */
	at(x, y) {
		const {numbers, inner} = this.viewer;
		const depth = Math.floor((y - this.dy - this.first) / Math.abs(this.step)) * Math.sign(this.step);
		const place = this.tree.start[this.top] + (x - numbers.x) / this.pixels;
		if (depth < 0 || x < numbers.x || x > numbers.x + inner)
			return -1;
		if (depth < this.tree.depth[this.top])
			return this.view.above[depth + this.view.above.length - this.tree.depth[this.top]];
		for (const px of [0, 0.1, -0.1, 0.3, -0.3, 1, -1]) { // edges are drawn rounded
			const node = this.tree.at(depth, place + px / this.pixels);
			if (node >= 0)
				return node;
		}
		return depth ? -1 : 0;
	}

	/* Tells of nodes whether they can be seen without scrolling. */
	onScreen() {
		const {viewer: {seen}, tree: {depth}} = this, levels = [seen.low, seen.high].map(edge => (edge - this.dy - this.first) / this.step);
		const low = Math.min(...levels) - 1, high = Math.max(...levels);
		return node => depth[node] >= low && depth[node] <= high;
	}

	/* Draws a view. */
	show(view) {
		const {viewer} = this, boxes = view.above.concat(view.boxes).filter(this.onScreen()), first = view.widest(boxes, FIRST);
		const old = this.frames;
		this.view = view;
		this.turn++;
		this.slots = new Map();
		this.frames = old.cloneNode(false);
		for (const node of first)
			this.frames.append(this.draw(node));
		this.drawSlivers([], boxes);
		old.after(this.frames);
		set(old, {id: "", transform: "translate(0 -1e6)"}); // out of sight; to remove them takes longer
		this.after(() => {
			old.remove();
			this.view = this.layOut(FINE);
			if (this.view.levels > view.levels)
				viewer.fit();
			this.drawSlivers(view.narrow, boxes);
			this.complete(view.above.concat(this.view.boxes));
		});
	}

	/* What has run once takes half the time: a view that nobody sees, before somebody waits for one. */
	rehearse() {
		const {viewer, frames, slivers, first, step, dy} = this;
		const unseen = Object.assign(new Sheet(viewer, frames.cloneNode(), slivers.cloneNode()), {first, step, dy});
		viewer.seen = {low: 0, high: 1e6}; // as if all were on the screen
		unseen.show(unseen.layOut(COARSE));
		unseen.clear();
	}

	/* Does something after the paint, unless another view has come by then. */
	after(action) {
		const turn = this.turn;
		this.viewer.later(() => turn === this.turn && action());
	}

	/* Does something with each of the nodes, a few milliseconds' worth at a time, and then `done`. */
	each(nodes, action, done, i = 0) {
		const late = performance.now() + SLICE;
		for (; i < nodes.length && performance.now() < late; i++)
			action(nodes[i]);
		if (i < nodes.length)
			this.after(() => this.each(nodes, action, done, i));
		else
			done?.();
	}

	/* Makes the elements that are still missing, in their places, then all titles. */
	complete(nodes) {
		let next = this.frames.firstChild;
		const add = node => {
			const group = this.slots.get(node)?.group;
			if (group)
				next = group.nextSibling;
			else
				this.frames.insertBefore(this.draw(node), next);
		};
		this.each(nodes, add, () => {
			this.drawSlivers(this.view.narrow, []);
			this.after(() => this.each(nodes, node => this.tellTitle(node)));
		});
	}

	tellTitle(node) {
		setText(this.slots.get(node).title, this.viewer.title(this.tree, node));
	}

	draw(node) {
		const {viewer, view, tree} = this, {numbers, paints} = viewer, color = tree.color[node];
		const {group, rect, text} = this.enter((viewer.links.get(tree.frame[node]) || viewer.blank).cloneNode(true), node);
		const x = numbers.x + view.x(node), y = this.y(node), width = view.width(node);
		const left = Math.round(x * 10), right = Math.round((x + width) * 10), side = viewer.onlyIn(tree, node);
		set(rect, {x: left / 10, y, width: (right - left) / 10, fill: paints.fill(color), stroke: side && "#000",
			"stroke-width": side && 0.8, "stroke-dasharray": side === "new" ? "3 2" : ""});
		const label = viewer.label(tree, node, width);
		if (label)
			set(text, {x: (left + 30) / 10, y: y + numbers.height / 2 + 3, fill: paints.isDark(color) ? "#fff" : "#000"});
		setText(text, label);
		set(group, {"data-n": node, class: node < view.top ? "parent" : ""});
		return group;
	}

	/* The mark is the rectangle's, so that a search makes the browser style no other elements. */
	mark(slot) {
		slot.mark = this.viewer.markOf(this.tree, slot.node);
		set(slot.rect, {class: slot.mark && "match m" + slot.mark});
	}

	/* Paths of merged frames and of boxes that have no element yet. */
	drawSlivers(narrow, boxes) {
		const {view, viewer: {numbers, paints}, tree} = this, shapes = new Shapes(numbers);
		const add = (node, x, width) => shapes.add(paints.rough(tree.color[node]), x, this.y(node), width);
		view.runs(narrow, add);
		for (const node of boxes)
			if (!this.slots.has(node))
				add(node, view.x(node), view.width(node));
		this.slivers.replaceChildren(...shapes.elements(rough => ({fill: paints.roughFill(rough)})));
		this.drawMarks(narrow.concat(boxes));
	}

	/* Found frames among those without elements, over their shapes. */
	drawMarks(nodes) {
		const {view, slots, tree: {frame}, viewer: {marks, numbers}} = this, shapes = new Shapes(numbers);
		if (marks) {
			const found = nodes.filter(node => marks[frame[node]] && !slots.has(node)).sort((a, b) => a - b);
			view.runs(found, (node, x, width) => shapes.add(marks[frame[node]], x, this.y(node), width));
		}
		this.marked.forEach(path => path.remove());
		this.marked = shapes.elements(mark => ({class: "match m" + mark}));
		this.slivers.append(...this.marked);
	}

	/* Other frames are marked; what is small, not on the screen or has no element, after the paint. */
	markAll() {
		const {viewer, viewer: {marks}, view} = this, onScreen = this.onScreen();
		const isNow = node => onScreen(node) && view.width(node) > LARGE, markThose = now => {
			for (const slot of this.slots.values())
				if (isNow(slot.node) === now && slot.mark !== viewer.markOf(this.tree, slot.node))
					this.mark(slot);
		};
		markThose(true);
		this.after(() => {
			if (marks === viewer.marks) {
				markThose(false);
				this.drawMarks(this.view.narrow.concat(this.view.boxes));
			}
		});
	}

	clear() {
		this.turn++;
		this.view = this.layOut(COARSE);
		this.frames.replaceChildren();
		this.slivers.replaceChildren();
		this.slots = new Map();
	}

	/* ---- Focus ---- */

	/* Makes an element where a frame has none, so that it can be pointed at. */
	point(node) {
		if (!this.slots.has(node) && this.tree.width(node) > 0)
			this.frames.append(this.draw(node));
		if (this.slots.has(node))
			this.tellTitle(node);
	}

	focus(node) {
		this.point(node);
		const slot = this.slots.get(node);
		slot && set(slot.group, {tabindex: -1}).focus(); // without the attribute it takes none
	}

	/* The first frame that a frame calls; -1 where there is none. */
	above(node) {
		const {tree} = this;
		let child = node + 1;
		while (child < tree.end[node] && (tree.isGap(child) || tree.width(child) === 0))
			child = tree.end[child];
		return child < tree.end[node] ? child : -1;
	}

	/* The next frame of the level that is wide enough to be pointed at, or -1. */
	beside(node, right) {
		const {depth} = this.tree, {boxes} = this.view;
		const level = boxes.filter(other => depth[other] === depth[node] && (right ? other > node : other < node));
		return level.at(right ? 0 : -1) ?? -1;
	}
}
