/* The view as an address: ?x=&y= of the zoomed frame in the picture and &s= the search, as flamegraph.pl's links
 * have them, and what else differs from the picture. Only a document of its own may touch the
 * browser's address, and its history only where no other document is around it. */

Object.assign(Viewer.prototype, {
	address() {
		const {state, given, search, numbers} = this, [{tree, top}] = this.sheets;
		const query = new URLSearchParams(), names = tree.shared.names, width = given.width - 2 * numbers.x;
		if (top) {
			query.set("x", +(numbers.x + tree.start[top] * width / tree.weight(0)).toFixed(6));
			query.set("y", (numbers.y + tree.depth[top] * numbers.step).toFixed(1));
		}
		search.terms.forEach(term => query.append("s", term));
		for (const name of ["ic", "literal"])
			if (search[name] && search.terms.length)
				query.set(name, 1);
		for (const name of ["view", "icicle", "layout"])
			if (state[name] !== given[name])
				query.set(name, state[name]);
		if (state.view === "sandwich")
			query.set("frame", names[state.frame]);
		for (const name of ["hidden", "dropped"])
			state[name].forEach(id => query.append(name, names[id]));
		return query;
	},

	/* Everything an address may say is looked at as if an enemy had written it. */
	restore(text) {
		const query = new URLSearchParams(text), {given, search, numbers, base} = this;
		const ids = name => query.getAll(name).map(one => base.shared.names.indexOf(one)).filter(id => id > 0);
		const state = {...given, hidden: ids("hidden"), dropped: ids("dropped"), frame: ids("frame")[0] || 0};
		const view = query.get("view"), layout = query.get("layout");
		if (view === "callers" || view === "table" || view === "sandwich" && state.frame)
			state.view = view;
		if (query.has("icicle"))
			state.icicle = query.get("icicle") === "true";
		if (numbers.columns > 1 && LAYOUTS.includes(layout))
			state.layout = layout;
		this.want(state, () => {
			const [sheet] = this.sheets, {tree} = sheet, width = given.width - 2 * numbers.x;
			const depth = Math.round((parseFloat(query.get("y")) - numbers.y) / numbers.step);
			const place = (parseFloat(query.get("x")) - numbers.x) * tree.weight(0) / width;
			if (depth > 0 && isFinite(place))
				sheet.top = tree.nearest(depth, place);
			search.ic = query.has("ic");
			search.literal = query.has("literal");
			search.set(query.getAll("s").filter(Boolean).slice(0, COLORS));
			this.show();
		});
	},

	/* After the paint: the browser takes its time for it. */
	saveSoon(isNew) {
		if (this.ownDocument)
			this.later(() => this.save(isNew && this.isTop));
	},

	save(isNew) {
		const text = this.address().toString(), address = location.pathname + (text && "?" + text) + location.hash;
		try {
			if (text !== location.search.slice(1))
				history[isNew ? "pushState" : "replaceState"](null, "", address);
		} catch (e) {
			// not allowed in a sandbox and, in some browsers, for files
		}
	},
});
