/* What a search has found: for each frame a mark, 0 where it is not found. */

const SEARCH_MS = 1000;     // a pattern that takes longer is searched for literally

/* Each of these lists is made when first asked for, since it takes a walk of the tree. */
class Hits {
	constructor(tree, marks) {
		this.tree = tree;
		this.marks = marks;
	}

	/* The outermost frames found. */
	get nodes() {
		return this.outer || (this.outer = this.tree.outermost(this.marks));
	}

	/* Of their widths. */
	get sums() {
		const {nodes, tree: {start, end}} = this;
		if (!this.widths) {
			this.widths = new Float64Array(nodes.length + 1);
			for (let i = 0; i < nodes.length; i++)
				this.widths[i + 1] = this.widths[i] + (start[end[nodes[i]]] - start[nodes[i]]);
		}
		return this.widths;
	}

	/* How many of the outermost nodes found have smaller numbers. */
	before(node) {
		const {nodes} = this;
		return firstNot(nodes.length, i => nodes[i] < node);
	}

	/* The weight found in the subtree of `top`, each sample once. */
	weight(top) {
		const {tree, nodes, sums} = this;
		const at = this.before(top + 1) - 1;
		if (at >= 0 && tree.end[nodes[at]] > top)
			return tree.width(top); // the frame itself, or one below it
		return sums[this.before(tree.end[top])] - sums[at + 1];
	}

	/* All frames found. */
	get all() {
		const {tree, tree: {frame, count}, marks} = this;
		if (!this.found) {
			this.found = [];
			for (let node = 1; node < count; node++)
				if (marks[frame[node]] && tree.width(node) > 0)
					this.found.push(node);
		}
		return this.found;
	}

	/* The widest first. */
	get widest() {
		const {tree} = this;
		return this.order || (this.order = this.all.slice().sort((a, b) => tree.width(b) - tree.width(a) || a - b));
	}
}
