/* The call tree, and what can be asked of it in less time than it takes to walk it all.
 *
 * Nodes are numbered in drawing order, so a subtree is the range [node, end[node]). A node's own weight lies
 * left of its children: the sum of all own weights before a node is where it begins, and its total is
 * the difference of two sums. */

class Tree {
	/* Columns are weights, then samples. `shared` is the same for all trees of one document. */
	constructor(count, columns, shared) {
		this.count = count;
		this.shared = shared;
		for (const key of ["frame", "parent", "depth", "end"])
			this[key] = new Uint32Array(count);
		this.color = this.frame; // number of a node's colour; usually its frame's
		this.sums = Array.from({length: columns}, () => new Float64Array(count + 1));
		this.more = 0;           // what the whole picture is wider than the root's weight
	}

	isGap(node) {
		return node > 0 && this.frame[node] === 0;
	}

	name(node) {
		return this.shared.names[this.frame[node]];
	}

	width(node) {
		return this.start[this.end[node]] - this.start[node];
	}

	/* The weight a percentage is of. */
	weight(node) {
		return this.width(node) + (node === 0 ? this.extra : 0);
	}

	/* Widths are the weights after, before, or of each node the larger of its own two. */
	lay(layout) {
		const {sums, shared} = this;
		this.layout = layout;
		this.extra = layout === shared.layout ? this.more : 0;
		this.column = layout === "before" ? 0 : shared.columns - 1;
		this.counted = sums[this.column]; // what is told of a frame
		this.start = layout === "union" ? this.union() : this.counted;
	}

	union() {
		const {sums: [before, after], count} = this, start = new Float64Array(count + 1);
		for (let node = 0; node < count; node++)
			start[node + 1] = start[node] + Math.max(before[node + 1] - before[node], after[node + 1] - after[node]);
		return start;
	}

	amount(node) {
		return this.counted[this.end[node]] - this.counted[node] + (node === 0 ? this.extra : 0);
	}

	/* How many samples are behind a node's weight, where they are known and the weight is not their number. */
	sampled(node, scale) {
		const {at, period} = this.shared.samples[this.column] || {}, sums = this.sums[at];
		return !sums || at === this.column && period === scale ? null : (sums[this.end[node]] - sums[node]) / period;
	}

	self(node) {
		return this.counted[node + 1] - this.counted[node];
	}

	/* Places of frames in the order of their names. */
	rank(frame) {
		const {shared, shared: {names}} = this;
		if (!shared.ranks) {
			shared.ranks = [];
			[...names.keys()].sort((a, b) => names[a] < names[b] ? -1 : 1).forEach((id, rank) => shared.ranks[id] = rank);
		}
		return shared.ranks[frame];
	}

	/* After less before, of the node's own weight or ("total") of its subtree's. */
	change(node, which) {
		const end = which === "self" ? node + 1 : this.end[node];
		const [before, after] = this.sums;
		return after[end] - after[node] - (before[end] - before[node]);
	}

	/* The last node that begins at or before a place on the axis of weights, and has width. */
	last(place) {
		let low = 0, high = this.count;
		while (low + 1 < high) {
			const middle = low + high >>> 1;
			if (this.start[middle] <= place)
				low = middle;
			else
				high = middle;
		}
		return low;
	}

	/* The node at a level over a place, or -1. */
	at(depth, place) {
		let node = this.last(place);
		if (this.start[this.end[node]] <= place)
			return -1;
		while (this.depth[node] > depth)
			node = this.parent[node];
		return this.depth[node] === depth && this.start[this.end[node]] > place && !this.isGap(node) ? node : -1;
	}

	/* The node of a level that begins nearest to a place; 0 where there is none. */
	nearest(depth, place) {
		let best = 0, distance = Infinity;
		for (let node = 0; node < this.count; node++) {
			const d = Math.abs(this.start[node] - place);
			if (d < distance && this.depth[node] === depth && this.frame[node] && this.width(node) > 0) {
				best = node;
				distance = d;
			}
		}
		return best;
	}

	/* The nodes whose frame is marked and that are below no other such node, in drawing order. */
	outermost(marks) {
		const {frame, end, count} = this;
		const nodes = [];
		for (let node = 1; node < count;) {
			const found = marks[frame[node]];
			if (found)
				nodes.push(node);
			node = found ? end[node] : node + 1; // what is below is in it
		}
		return nodes;
	}
}
