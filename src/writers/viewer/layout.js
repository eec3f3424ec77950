/* What of a tree is seen, and where. The time this takes follows what is seen, never the tree. */

const MAX_GROUPS = 2000;    // frames drawn as elements of their own, ancestors included
const MIN_FRAME = 2;        // px; narrower ones cannot be pointed at: they are drawn merged
const MAX_RUN = 4;          // px of narrow frames drawn as one
const FINE = 0.1;           // px; narrower ones are not looked into,
const COARSE = 1;           // or, where it has to be fast, these; narrow are then those of up to 4 px
const MAX_ANCESTORS = 1000;
const MAX_LEVELS = 2000;    // above the zoomed frame; browsers fail at pictures millions of pixels high

/* The subtree of `top` when one unit of weight is `pixels` wide. Frames are nodes in drawing order: `boxes` get
 * elements, `narrow` are drawn merged, `above` (ancestors of top) are as wide as it. */
class View {
	constructor(tree, top, pixels, least) {
		Object.assign(this, {tree, top, pixels, least});
		this.origin = tree.start[top];
		this.above = [];
		for (let node = top; node > 0 && this.above.length < MAX_ANCESTORS;)
			this.above.unshift(node = tree.parent[node]);
		this.collect();
	}

	collect() {
		const {tree, top, pixels} = this, {start, end, depth, frame} = tree;
		const stop = end[top], highest = depth[top] + MAX_LEVELS;
		const least = this.least / pixels, wide = Math.max(MIN_FRAME / pixels, 4 * least), fine = FINE / pixels;
		const boxes = [top], narrow = [], dust = []; // by level, how wide those are that alone are not seen
		let deepest = depth[top];
		for (let node = top + 1; node < stop;) {
			const width = start[end[node]] - start[node], level = depth[node];
			if (width === 0 || frame[node] === 0 || level > highest) {
				node = end[node];
				continue;
			}
			(width >= wide ? boxes : narrow).push(node);
			if (level > deepest && (width >= fine || (dust[level] = (dust[level] || 0) + width) >= MIN_FRAME / pixels))
				deepest = level;
			node = width >= least ? node + 1 : end[node];
		}
		this.levels = deepest + 1;
		this.boxes = this.widest(boxes, MAX_GROUPS - this.above.length);
		this.narrow = narrow;
		if (boxes.length > this.boxes.length) { // those too many for elements are drawn merged as well
			const kept = new Set(this.boxes);
			this.narrow = narrow.concat(boxes.filter(node => !kept.has(node))).sort((a, b) => a - b);
		}
	}

	/* At most so many of the nodes, the widest, in the same order. */
	widest(nodes, room) {
		if (nodes.length <= room)
			return nodes;
		const widths = new Float64Array(nodes.map(node => this.tree.width(node)));
		const least = widths.slice().sort()[nodes.length - room];
		let equal = room - widths.reduce((count, width) => count + (width > least), 0);
		return nodes.filter((node, i) => widths[i] > least || widths[i] === least && equal-- > 0);
	}

	/* px from top's left edge. */
	x(node) {
		return node < this.top ? 0 : (this.tree.start[node] - this.origin) * this.pixels;
	}

	width(node) {
		const {tree, top, pixels} = this;
		return (node <= top ? tree.weight(top) : tree.width(node)) * pixels;
	}

	/* Joins narrow neighbours of a level: calls add(node, x, width), the node being the widest of the run. */
	runs(nodes, add) {
		const open = [], {depth} = this.tree; // by level
		const close = ({node, left, right}) => add(node, left, right - left);
		for (const node of nodes) {
			const left = this.x(node), widest = this.width(node), right = left + widest, run = open[depth[node]];
			if (run && left - run.right < 0.05 && right - run.left <= MAX_RUN) {
				run.right = right;
				if (widest > run.widest)
					Object.assign(run, {node, widest});
			} else {
				run && close(run);
				open[depth[node]] = {node, left, right, widest};
			}
		}
		open.forEach(close);
	}
}
