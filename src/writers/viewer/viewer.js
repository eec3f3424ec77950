/* The viewer of one document: what is looked at, and what the pointer and the keyboard do. */

/* What keys do: [key, what, action(the viewer, frame, function), whether it is about a frame]. */
const COMMANDS = [
	["/", "search (also Ctrl F)", it => it.search.open()],
	["n", "next found, widest first", it => it.search.step(1)],
	["N", "previous found", it => it.search.step(-1)],
	["i", "icicle: upside down", it => it.go({icicle: !it.state.icicle})],
	["r", "reversed stacks: callers", it => it.toggle("callers")],
	["t", "table of functions", it => it.toggle("table")],
	["d", "dark or light", it => it.theme(!it.dark)],
	["s", "callers and callees", (it, at, frame) => it.go({view: "sandwich", frame}), true],
	["h", "hide the function", (it, at, frame) => it.hide("hidden", frame), true],
	["H", "hide it with all it calls", (it, at, frame) => it.hide("dropped", frame), true],
	["c", "copy the name", (it, {sheet, node}) => it.copy(sheet.tree.name(node)), true],
	["C", "copy the stack", (it, at) => it.copy(it.stackOf(at)), true],
	["0", "reset the zoom, then all", it => it.reset()],
	["?", "this help", it => it.help()],
];
const LAYOUTS = ["after", "before", "union"];

class Viewer {
	constructor(root, parts) {
		this.root = root;
		this.texts = root.dataset;
		this.numbers = {};
		for (const key in root.dataset)
			this.numbers[key] = Number(root.dataset[key]);
		this.ownDocument = document.documentElement === root;
		this.isTop = this.ownDocument && parent === window;
		this.base = this.tree = readTree(root, parts);
		this.marks = null; // by frame, while there is a search
		this.state = {view: "flame", frame: 0, icicle: this.numbers.step > 0, layout: this.base.layout, hidden: [], dropped: []};
		const {width, height} = root.viewBox.baseVal;
		this.given = {...this.state, width, height};
		this.wanted = this.state; // another one while its trees are made
		this.waiting = this.scrolled = 0; // actions; px
		this.todo = []; // those of them for which no timer has been set
		this.readPicture();
		this.makeBar();
	}

	/* What the picture's elements say is kept; its texts that are buttons become buttons. */
	readPicture() {
		const {root, base} = this, frames = root.querySelector("#frames");
		this.titles = new Map(); // by node
		this.links = new Map();  // by frame: an element with attributes given by hand
		for (const group of frames.children) {
			const node = Number(group.dataset.n);
			this.titles.set(node, group.children[0].textContent);
			if (group.localName === "a")
				this.links.set(base.frame[node], group.cloneNode(true));
		}
		this.blank = make(SVG, "g"); // a frame's elements
		this.blank.append(make(SVG, "title"), make(SVG, "rect", {rx: 2, ry: 2, height: this.numbers.height}), make(SVG, "text"));
		root.querySelectorAll("#details, #unzoom, #search, #ignorecase, #matched").forEach(text => text.remove());
		this.headings = root.querySelectorAll("#title, #subtitle, #legend");
		this.back = root.querySelector(":scope > rect");
		this.sheets = [new Sheet(this, frames, root.querySelector("#slivers"))];
	}

	makeBar() {
		this.search = new Search(this);
		const press = (label, key, more) => {
			const [, hint, action] = COMMANDS.find(one => one[0] === key);
			return button(label, `${hint} (${key})`, () => action(this), more);
		};
		this.unzoom = press("Reset Zoom", "0", {id: "unzoom"});
		this.heading = h("span", {class: "subject"});
		this.views = [press("Callers", "r", {value: "callers"}), press("Table", "t", {value: "table"})];
		this.flip = press("Icicle", "i");
		this.layouts = h("select", {"aria-label": "Widths", change: event => this.go({layout: event.target.value})},
			...LAYOUTS.map(value => h("option", {value}, value)));
		this.searchButton = button("Search", "search (/)", () => this.search[this.search.isOpen ? "close" : "open"](), {id: "search"});
		this.bar = new Panel(this.root, "bar", [this.unzoom, this.heading, this.flip, ...this.views,
			...this.numbers.columns > 1 ? [this.layouts] : [], press("\u25d0", "d"), press("?", "?"), this.searchButton, this.search.element]);
		this.details = h("div", {id: "details"});
		this.line = new Panel(this.root, "line", [this.details]);
		this.table = new Table(this);
	}

	start() {
		const {root} = this, dark = matchMedia("(prefers-color-scheme: dark)");
		root.classList.add("live");
		if (this.ownDocument) {
			set(root, {width: "100%"});
			root.append(h("meta", {name: "viewport", content: "width=device-width"})); // else phones show it as small print
			addEventListener("popstate", () => this.restore(location.search));
			addEventListener("scroll", () => this.placeBar(scrollY));
		}
		for (const type of ["click", "mousemove", "mouseleave", "focusin", "contextmenu", "wheel", "pointerdown", "pointerleave"])
			root.addEventListener(type, this, {passive: false});
		(this.ownDocument ? window : root).addEventListener("keydown", this);
		dark.addEventListener("change", () => this.theme(dark.matches));
		this.measure();
		this.tellState();
		this.fitBar();
		this.sheets[0].take(this.base);
		for (const group of this.sheets[0].frames.children)
			this.sheets[0].adopt(group);
		this.theme(dark.matches);
		if (this.ownDocument && location.search.length > 1)
			this.restore(location.search);
		else if (this.width !== this.given.width)
			this.show();
		if (this.isTop && location.search.length < 2 && !this.state.icicle && this.given.height > 1.5 * innerHeight)
			scrollTo(0, this.given.height); // to the root
		this.later(() => this.sheets[0].rehearse());
		new ResizeObserver(() => this.measure() && (this.fitBar(), this.show())).observe(root);
	}

	/* ---- What is looked at ---- */

	get inner() {
		return this.width - 2 * this.numbers.x;
	}

	get isTable() {
		return this.state.view === "table";
	}

	/* Another view, which the browser's Back leaves. */
	go(change, done) {
		this.want({...this.wanted, ...change}, () => {
			this.show();
			this.saveSoon(true);
			done?.();
		});
	}

	toggle(view) {
		this.go({view: this.wanted.view === view ? "flame" : view});
	}

	hide(how, frame) {
		this.go({[how]: [...this.wanted[how], frame]});
	}

	/* Makes the trees of a state, some milliseconds' worth at a time, unless another is wanted by then; zoomed out. */
	want(state, done) {
		const making = this.treesOf(state), work = () => {
			const late = performance.now() + 30;
			let step;
			do
				step = making.next();
			while (!step.done && performance.now() < late);
			if (step.done) {
				this.take(state, step.value);
				return done();
			}
			this.tell();
			this.tellState();
			this.later(() => state === this.wanted && work());
		};
		this.wanted = state;
		work();
	}

	take(state, trees) {
		trees.concat(this.base).forEach(tree => tree.lay(state.layout));
		this.state = state;
		this.tree = trees[0];
		const [first, second] = this.sheets;
		second?.frames.remove();
		second?.slivers.remove();
		this.sheets = trees.map((tree, i) => i ? this.addSheet() : first);
		this.sheets.forEach((sheet, i) => sheet.take(trees[i]));
		this.search.refresh();
		this.tellState();
		this.fitBar();
	}

	*treesOf({view, frame, hidden, dropped}) {
		let tree = this.base;
		if (hidden.length || dropped.length)
			tree = yield* calledBy(tree, [0], new Set(hidden), new Set(dropped));
		if (view === "callers")
			return [yield* reversed(tree)];
		if (view !== "sandwich")
			return [tree];
		const marks = new Uint8Array(tree.shared.names.length);
		marks[frame] = 1;
		const nodes = tree.outermost(marks);
		return [yield* calledBy(tree, nodes), yield* callersOf(tree, nodes, node => tree.end[node], false)];
	}

	addSheet() {
		const [{frames, slivers}] = this.sheets, more = [slivers, frames].map(part => set(part.cloneNode(), {class: part.id, id: ""}));
		frames.after(...more);
		return new Sheet(this, more[1], more[0]);
	}

	/* ---- Where it is drawn ---- */

	/* Whether the width is another one. */
	measure() {
		const before = this.width, {root, given, ownDocument} = this;
		const room = root.getBoundingClientRect().width || given.width;
		this.width = Math.max(120, Math.round(ownDocument ? room : Math.min(room, given.width)));
		if (this.width !== before)
			this.headings.forEach(part => this.center(part));
		return this.width !== before;
	}

	/* Titles stand in the middle, a legend at the left; smaller where there is no room. */
	center(part) {
		const {width, y} = part.getBBox(), size = Math.min(1, this.inner / width), x = part.id === "legend" ? this.numbers.x : this.width / 2;
		set(part, {x, transform: `translate(${x * (1 - size)} ${y * (1 - size)}) scale(${size})`});
	}

	/* y of what is at the screen's upper and lower edge. */
	screen() {
		const ctm = this.root.getScreenCTM();
		return {low: -ctm.f / ctm.d, high: (innerHeight - ctm.f) / ctm.d};
	}

	pointOf(event) {
		return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.root.getScreenCTM().inverse());
	}

	/* Draws what is looked at. */
	show() {
		const views = this.sheets.map(sheet => sheet.layOut(COARSE));
		this.seen = this.screen(); // before anything is changed, else the browser has to lay out twice
		this.tell();
		this.later(() => this.tellState());
		this.search.tell();
		this.fit(views);
		this.sheets.forEach((sheet, i) => this.isTable ? sheet.clear() : sheet.show(views[i]));
		if (this.isTable)
			this.table.show();
	}

	/* What is in the bar, or its width, is another one: only the browser knows how high it is then. */
	fitBar() {
		set(this.bar.box, {width: this.width});
		this.above = Math.ceil(this.bar.content.offsetHeight);
		this.fit();
	}

	/* Sets the heights of the parts and of the whole. The picture's own place for the frames begins at `edge`. */
	fit(views = this.sheets.map(sheet => sheet.view)) {
		const {numbers, state, sheets, width, above, given, isTable} = this, step = Math.abs(numbers.step), room = numbers.levels;
		const edge = numbers.step < 0 ? numbers.y - (room - 1) * step : numbers.y;
		const levels = sheets.map((sheet, i) => Math.max(sheet.levels || room, views[i]?.levels || 1));
		const all = levels.reduce((sum, count) => sum + count - 1, 1);
		const tableHeight = Math.max(240, innerHeight - edge - 110);
		const upward = dy => [edge + (room - 1) * step, -step, dy - (room - 1) * step];
		sheets[0].place(...sheets.length > 1 || state.icicle ? [edge, step, (all - levels[0]) * step] : upward((all - 1) * step));
		sheets[1]?.place(...upward((levels[1] - 1) * step));
		const height = (isTable ? tableHeight : all * step) + given.height - room * step;
		this.placeBar();
		this.line.place(0, height - 2 * numbers.fontsize - 6, width, 2 * numbers.fontsize + 6);
		this.table.panel.content.hidden = !isTable;
		this.table.panel.place(numbers.x, edge, this.inner, isTable ? tableHeight : 0);
		set(this.back, {y: -above});
		set(this.root, {viewBox: [0, -above, width, height + above].join(" "), height: height + above});
	}

	/* The bar stays on the screen. */
	placeBar(scrolled = this.scrolled) {
		const {bar, width, above} = this;
		this.scrolled = scrolled;
		bar.place(0, scrolled - above, width, above);
		bar.content.classList.toggle("over", scrolled > 0);
	}

	/* Does something after the paint, or soon where nothing is painted since it is not on the screen; busy until all
	 * of that is done. */
	later(action) {
		const {todo} = this, count = by => set(this.root, {"aria-busy": (this.waiting += by) > 0});
		const run = () => {
			clearTimeout(this.soon);
			for (const one of todo.splice(0))
				setTimeout(() => (one(), count(-1)));
		};
		if (todo.push(action) === 1) {
			requestAnimationFrame(run);
			this.soon = setTimeout(run, 500);
		}
		count(1);
	}

	theme(dark) {
		this.root.classList.toggle("dark", dark);
		this.paints = new Paints(this.base.shared.colors, dark ? 0.82 : 1);
		if (dark || this.dark)
			this.show();
		this.dark = dark;
	}

	showMarks() {
		this.seen = this.screen();
		this.sheets.forEach(sheet => sheet.markAll());
		setText(this.searchButton, this.search.isOpen ? "Reset Search" : "Search");
		if (this.isTable)
			this.table.show();
	}

	markOf(tree, node) {
		return this.marks?.[tree.frame[node]] || "";
	}

	/* ---- Texts ---- */

	count(weight) {
		return withCommas(weight * this.numbers.factor / this.numbers.scale) + " " + this.texts.countname;
	}

	/* ", 80.81 ms" where that is shorter to say. */
	short(weight) {
		const {texts: {countname}, numbers: {factor, scale}} = this, own = /\w*$/.exec(countname)[0];
		const units = [["ns", "us", "ms", "s"], ["bytes", "kB", "MB", "GB", "TB"]].find(list => list.includes(own)) || [own];
		let unit = units.indexOf(own), value = weight * factor / scale;
		for (; Math.abs(value) >= 1000 && units[unit + 1]; unit++)
			value /= 1000;
		return units[unit] === own ? "" : `, ${twoDecimals(value)} ${units[unit]}`;
	}

	percent(weight, of = this.tree.amount(0)) {
		return of > 0 ? twoDecimals(100 * weight / of) + "%" : "-";
	}

	title(tree, node) {
		const given = tree === this.base && this.state.layout === this.given.layout && this.titles.get(node);
		return given || tree.name(node) + " " + this.weigh(tree, node);
	}

	weigh(tree, node) {
		const {texts} = this, weight = tree.amount(node), share = tree.depth[node] ? this.percent(weight) : "100%";
		let change = "";
		if (texts.delta && (tree.depth[node] || texts.delta === "total")) {
			const side = this.onlyIn(tree, node);
			change = "; " + this.points(tree.change(node, texts.delta)) + (side && ", " + side);
		}
		return `(${this.count(weight)}, ${share + change})`;
	}

	/* A change in points of the whole. */
	points(change) {
		const points = 100 * change / this.numbers.points * (this.texts.negate ? -1 : 1);
		return (points > 0 ? "+" : "") + twoDecimals(points) + "%";
	}

	/* In a comparison of two inputs (which has a legend): "new", "gone", or neither. */
	onlyIn(tree, node) {
		if (!this.texts.marks || !node)
			return "";
		const [before, after] = tree.sums.map(sums => sums[tree.end[node]] - sums[node]);
		return before && after ? "" : !before === !this.texts.negate ? "new" : "gone";
	}

	/* What can be said of a frame, line by line. */
	lines({tree, top}, node) {
		const samples = tree.sampled(node, this.numbers.scale), parent = tree.parent[node];
		const own = tree.self(node), all = tree.amount(node);
		const lines = [tree.name(node), this.weigh(tree, node) + this.short(all) + (samples === null ? "" : `, ${withCommas(samples)} samples`),
			`self ${this.count(own)}, ${this.percent(own)}` + this.short(own)];
		if (node > top && top)
			lines.push(this.percent(all, tree.amount(top)) + " of zoomed " + tree.name(top));
		if (node)
			lines.push(this.percent(all, tree.amount(parent)) + " of parent " + tree.name(parent));
		return lines;
	}

	label(tree, node, width) {
		const room = Math.floor(width / (this.numbers.fontsize * this.numbers.fontwidth));
		return room < 3 ? "" : shorten(tree.name(node), room);
	}

	/* Shows what there is to say of a frame: in the line below, and beside the pointer. */
	tell(sheet, node, point) {
		const {at, tip} = this;
		if (at?.sheet !== sheet || at?.node !== node || !tip !== !point) {
			const [name, first, ...more] = sheet ? this.lines(sheet, node) : [];
			this.at = sheet && {sheet, node};
			this.details.textContent = sheet ? `${this.texts.nametype} ${name} ${first} \u2013 ${more.join("; ")}` : this.note();
			tip?.box.remove();
			this.tip = point && new Panel(this.root, "tip", [h("b", null, name.slice(0, 1000)),
				...[first, ...more].map(line => h("div", null, line))]);
		}
		if (point)
			this.tip.putAt(this, {x: point.x + 12, y: point.y + 16});
	}

	/* What there is to say of the view. */
	note() {
		if (this.wanted !== this.state)
			return "One moment \u2026";
		const cut = this.sheets.map(({tree}) => tree.cut).find(Boolean);
		return cut ? `Callers beyond ${cut} levels are not shown.` : "\u00a0";
	}

	/* Whose callers and callees are on show. */
	subject() {
		const {tree, state: {view}} = this, weight = tree.amount(0);
		return view !== "sandwich" ? "" : `Callers and callees of ${tree.name(0)}: ${this.count(weight)}, ` +
			this.percent(weight, this.base.amount(0)) + this.short(weight);
	}

	say(text) {
		this.tell();
		this.details.textContent = text;
	}

	tellState() {
		const {wanted: state, given} = this;
		const zoomed = this.sheets.some(sheet => sheet.top);
		this.unzoom.disabled = !zoomed && state.view !== "sandwich" && !state.hidden.length && !state.dropped.length;
		setText(this.unzoom, zoomed ? "Reset Zoom" : "Show All");
		setText(this.heading, this.subject());
		for (const view of this.views)
			set(view, {"aria-pressed": view.value === state.view});
		set(this.flip, {"aria-pressed": state.icicle !== given.icicle});
		setText(this.flip, given.icicle ? "Flame" : "Icicle");
		this.layouts.value = state.layout;
		if (!this.at)
			setText(this.details, this.note());
	}

	/* ---- Zoom ---- */

	zoom(sheet, node, focus = this.sheetOf(document.activeElement)) {
		this.wanted = this.state;
		sheet.top = node;
		this.show();
		this.saveSoon(true);
		if (focus)
			sheet.focus(node);
	}

	reset() {
		if (!this.sheets.some(sheet => sheet.top))
			this.go({view: "flame", hidden: [], dropped: []});
		else
			this.sheets.forEach(sheet => sheet.top && this.zoom(sheet, 0));
	}

	/* Sees to it that a frame of the first sheet is on show, and can be told from its neighbours. */
	reveal(node, focus) {
		const [sheet] = this.sheets, {tree} = sheet;
		if (this.isTable)
			return this.go({view: "flame"}, () => this.reveal(node, focus));
		if (node < sheet.top || node >= tree.end[sheet.top] || tree.width(node) * sheet.pixels < 20) {
			let top = node;
			while (top && tree.width(tree.parent[top]) < 20 * tree.width(node))
				top = tree.parent[top];
			this.zoom(sheet, top, false);
		}
		sheet.point(node);
		if (focus)
			sheet.focus(node);
		this.tell(sheet, node);
	}

	/* ---- Pointer and keyboard ---- */

	/* The browser calls it for all that is listened to. */
	handleEvent(event) {
		this["on_" + event.type](event);
	}

	sheetOf(target) {
		return this.sheets.find(sheet => sheet.frames.contains(target));
	}

	/* The frame an event is about: {sheet, node}, or nothing. Merged frames have no elements: they are where nothing
	 * else is. */
	frameOf(event) {
		const {target} = event, group = target.closest("[data-n]");
		if (group)
			return {sheet: this.sheetOf(group), node: Number(group.dataset.n), group};
		const {x, y} = this.pointOf(event);
		const sheet = target === this.back && this.sheets.find(one => one.at(x, y) >= 0);
		return sheet ? {sheet, node: sheet.at(x, y)} : null;
	}

	on_click(event) {
		const frame = this.frameOf(event);
		if (this.held)
			return;
		this.closePanels(event.target);
		if (!frame || frame.group?.localName === "a" && !event.ctrlKey)
			return; // a link is followed
		event.preventDefault();
		this.zoom(frame.sheet, frame.node);
	}

	on_mousemove(event) {
		const frame = this.frameOf(event);
		set(this.back, {cursor: frame ? "pointer" : ""});
		this.tell(frame?.sheet, frame?.node, frame && !this.panel ? this.pointOf(event) : null);
	}

	/* A long press opens the menu, and is no click; not every browser says so itself. */
	on_pointerdown(event) {
		this.held = false;
		if (event.pointerType === "touch")
			this.press = setTimeout(() => this.on_contextmenu(event, this.held = true), 600);
	}

	on_pointerleave() { // which a finger does when it is lifted, or scrolls
		clearTimeout(this.press);
	}

	on_mouseleave() {
		this.tell();
	}

	on_wheel(event) {
		const frame = (event.ctrlKey || event.metaKey) && this.frameOf(event);
		if (!frame)
			return;
		event.preventDefault();
		if (event.timeStamp - this.wheeled < 150)
			return;
		this.wheeled = event.timeStamp;
		const {sheet, sheet: {tree, top}, node} = frame;
		let next = event.deltaY < 0 ? node : tree.parent[top];
		while (tree.parent[next] > top)
			next = tree.parent[next];
		if (next !== top && next > top === event.deltaY < 0)
			this.zoom(sheet, next);
	}

	on_focusin(event) {
		const {sheet, node, group} = this.frameOf(event) || {};
		if (!sheet)
			return;
		for (const other of sheet.frames.querySelectorAll("[tabindex='0']"))
			set(other, {tabindex: -1});
		set(group, {tabindex: 0});
		this.tell(sheet, node);
	}

	on_contextmenu(event) {
		const frame = this.frameOf(event);
		if (!frame || event.shiftKey)
			return;
		event.preventDefault();
		const id = frame.sheet.tree.frame[frame.node];
		const box = event.target.getBoundingClientRect();
		const point = this.pointOf(event.clientX || event.clientY ? event : {clientX: box.x, clientY: box.bottom});
		const about = COMMANDS.filter(([key, , , needs]) => needs && (id || /c/i.test(key)));
		const item = ([, what, action]) => button(what, what, () => {
			this.closePanels();
			action(this, frame, id);
		});
		this.open("menu", point, h("div", {role: "group", "aria-label": "Frame"},
			...[[, "zoom", () => this.zoom(frame.sheet, frame.node)], ...about].map(item)));
	}

	/* Opens a panel at a point and gives it the focus. */
	open(name, point, content) {
		this.closePanels();
		this.before = document.activeElement;
		this.panel = new Panel(this.root, name, [content]);
		this.panel.putAt(this, point);
		this.panel.content.querySelector("button, dl").focus();
	}

	stackOf({sheet: {tree}, node}) {
		const names = [];
		for (; node > 0 || tree.frame[node]; node = node ? tree.parent[node] : -1)
			names.push(tree.name(node));
		return (tree.upward ? names : names.reverse()).join(";");
	}

	copy(text) {
		const copied = navigator.clipboard?.writeText(text) || Promise.reject();
		copied.then(() => this.say("Copied: " + text), () => this.say("Not copied."));
	}

	help() {
		if (this.panel)
			this.closePanels();
		else
			this.open("help", {x: this.width, y: this.screen().low + 40}, helpList());
	}

	closePanels(target) {
		if (!this.panel || target && (this.panel.content.contains(target) || this.bar.content.contains(target)))
			return;
		const inside = this.panel.content.contains(document.activeElement);
		this.panel.box.remove();
		this.panel = null;
		if (inside && this.before?.isConnected)
			this.before.focus();
	}

	/* Keys about a frame are about the one that has the focus or is under the pointer. */
	command(key) {
		const [, , action, needs] = COMMANDS.find(one => one[0] === key) || [], {at} = this;
		const frame = needs && at ? at.sheet.tree.frame[at.node] : 0;
		if (action && (!needs || frame))
			action(this, at, frame);
		return action;
	}

	on_keydown(event) {
		const {key, target} = event, control = event.ctrlKey || event.metaKey;
		const writes = target.closest?.("input, select");
		const group = target.closest?.("[data-n]"), sheet = group && this.sheetOf(group);
		if (key === "F3" || control && key === "f")
			this.search.open();
		else if (control && key === "i")
			this.search.toggle("ic");
		else if (key === "Escape")
			this.panel ? this.closePanels() : this.search.isOpen ? this.search.close() : this.reset();
		else if (writes || control || event.altKey)
			return;
		else if (group?.localName === "g" && (key === "Enter" || key === " "))
			this.zoom(sheet, Number(group.dataset.n));
		else if (group && key.startsWith("Arrow"))
			this.walk(sheet, Number(group.dataset.n), key);
		else if (!this.command(key))
			return;
		event.preventDefault();
	}

	/* The arrow keys move the focus as on the screen: toward the root, away from it, along a level. */
	walk(sheet, node, key) {
		if (key === "ArrowLeft" || key === "ArrowRight")
			sheet.focus(sheet.beside(node, key === "ArrowRight"));
		else
			sheet.focus(key === (sheet.step < 0 ? "ArrowUp" : "ArrowDown") ? sheet.above(node) : sheet.tree.parent[node]);
	}
}
