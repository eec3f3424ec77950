/* Trees made of another one: without some functions, callers first, what one function calls, who calls it.
 * A node of such a tree stands for several items; what is below it are the items' next ones, one node for all
 * of the same frame. Big trees take a while: what makes them is a generator, which yields now and then. */

const MAX_CALLERS = 6e6; // a tree of callers can have the square of the tree's nodes

/* steps: node(item) is where an item stands, own(item, column, depth) what it adds to the own weight,
 * next(item, add, depth) calls add(item) for what follows. In time, only neighbours are one node. */
function* grow(source, seeds, {node, own, next, inTime}) {
	const sums = source.sums.map(() => [0]), frames = [], colors = [], depths = [];
	const todo = [[0, seeds]];
	while (todo.length) {
		const [depth, items] = todo.pop(), first = items.length ? node(items[0]) : 0;
		const followers = [], add = follower => followers.push(follower);
		for (let column = 0; column < sums.length; column++) {
			let sum = sums[column][frames.length];
			for (const item of items)
				sum += own(item, column, depth);
			sums[column].push(sum);
		}
		for (const item of items)
			next(item, add, depth);
		frames.push(source.frame[first]);
		colors.push(source.color[first]);
		depths.push(depth);
		for (const group of groups(source, followers, item => source.frame[node(item)], inTime).reverse())
			todo.push([depth + 1, group]);
		if (frames.length % 1024 === 1)
			yield;
	}
	const tree = new Tree(frames.length, sums.length, source.shared), {parent, end} = tree, open = [];
	depths.forEach((depth, node) => {
		while (open.length > depth)
			end[open.pop()] = node;
		parent[node] = open.length && open[depth - 1];
		open.push(node);
	});
	open.forEach(node => end[node] = frames.length);
	tree.depth.set(depths);
	tree.frame.set(frames);
	tree.sums = sums.map(column => new Float64Array(column));
	if (source.color !== source.frame)
		tree.color = source.shared.delta ? colorsOfChange(tree, source.shared) : new Uint32Array(colors);
	tree.more = frames[0] ? 0 : source.more; // the whole, or a function's part of it
	return tree;
}

function groups(source, items, frameOf, inTime) {
	if (items.length < 2)
		return items.length ? [items] : [];
	const byFrame = new Map(), all = [];
	let last;
	for (const item of items) {
		const frame = frameOf(item), group = inTime && frame !== last ? null : byFrame.get(frame);
		if (group)
			group.push(item);
		else
			byFrame.set(last = frame, all[all.length] = [item]);
	}
	return inTime ? all : all.sort((a, b) => source.rank(frameOf(a[0])) - source.rank(frameOf(b[0])));
}

/* Colours in a comparison: for a change, that of the largest in the picture that is no larger. */
function colorsOfChange(tree, {base, delta}) {
	const least = [];
	base.color.forEach((color, node) => {
		const change = base.change(node, delta);
		if (!(least[color] ** 2 <= change ** 2))
			least[color] = change;
	});
	const steps = Object.keys(least).sort((a, b) => least[a] ** 2 - least[b] ** 2); // the first is about none
	return tree.frame.map((_, node) => {
		const change = tree.change(node, delta);
		return steps.findLast(color => least[color] * change >= 0 && least[color] ** 2 <= change ** 2) ?? steps[0];
	});
}

/* Downward from the seeds, without functions that are hidden (what they call is then their caller's) or
 * dropped with all they call. */
function calledBy(source, seeds, hidden = new Set(), dropped = new Set()) {
	const {frame, end, sums} = source;
	const visit = (node, visible, invisible) => {
		for (let child = node + 1; child < end[node];) {
			const hide = hidden.has(frame[child]), drop = dropped.has(frame[child]);
			if (!drop)
				(hide ? invisible : visible)(child);
			child = hide && !drop ? child + 1 : end[child];
		}
	};
	const own = (node, column) => {
		const weigh = at => sums[column][at + 1] - sums[column][at];
		let sum = weigh(node);
		if (hidden.size)
			visit(node, () => {}, at => sum += weigh(at));
		return sum;
	};
	return grow(source, seeds, {node: item => item, own, next: (item, add) => visit(item, add, () => {}),
		inTime: source.shared.inTime});
}

/* How many levels of callers there is room for. */
function levelsOf({depth}, seeds) {
	const deep = []; // seeds by depth
	for (const seed of seeds)
		deep[depth[seed]] = (deep[depth[seed]] || 0) + 1;
	let level = 0;
	for (let left = seeds.length, room = MAX_CALLERS; left > 0 && room >= left; level++) {
		room -= left;
		left -= deep[level] || 0;
	}
	return level;
}

/* Upward from seeds that weigh sums[column][until(seed)] - sums[column][seed]. An item is a seed and where it has
 * come to, as one number; -1 is the root, which all seeds follow. */
function* callersOf(source, seeds, until, withRoot) {
	const {count, parent, frame, sums} = source, levels = levelsOf(source, seeds);
	const node = item => item < 0 ? 0 : Math.floor(item / count);
	const above = at => {
		while (at > 0 && frame[at] === 0)
			at = parent[at]; // what a gap weighs is its caller's own
		return at;
	};
	const caller = item => above(parent[node(item)]);
	let cut = false;
	const ends = (item, depth) => caller(item) === 0 || depth >= levels && (cut = true);
	const own = (item, column, depth) => {
		const seed = item < 0 ? 0 : item % count;
		return item < 0 ? sums[column][1] : ends(item, depth) ? sums[column][until(seed)] - sums[column][seed] : 0;
	};
	const items = Array.from(seeds, seed => above(seed) * count + seed);
	const tree = yield* grow(source, withRoot ? [-1] : items, {node, own, next: (item, add, depth) => {
		if (item < 0)
			items.forEach(add);
		else if (!ends(item, depth))
			add(caller(item) * count + item % count);
	}});
	return Object.assign(tree, {upward: true, cut: cut && levels});
}

/* The whole tree with leaves first. */
function reversed(source) {
	const seeds = [];
	for (let node = 1; node < source.count; node++)
		if (source.sums.some(sums => sums[node + 1] > sums[node]))
			seeds.push(node);
	return callersOf(source, seeds, seed => seed + 1, true);
}

/* Own and whole weight of every function in one column, recursion counted once. */
function functionsOf(tree, sums) {
	const {frame, end, parent, count} = tree, {length} = tree.shared.names;
	const self = new Float64Array(length), total = new Float64Array(length), until = new Uint32Array(length);
	for (let node = 1; node < count; node++) {
		const id = frame[node];
		self[id || frame[parent[node]]] += sums[node + 1] - sums[node]; // a gap is its caller's
		if (node < until[id])
			continue; // below another of the same
		until[id] = end[node];
		total[id] += sums[end[node]] - sums[node];
	}
	return {self, total};
}
