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
		return this.outer ??= this.tree.outermost(this.marks);
	}

	/* The weight found in the subtree of `top`, each sample once. */
	weight(top) {
		const {tree, tree: {end}} = this;
		let sum = 0;
		for (const node of this.nodes) {
			if (node <= top && end[node] > top)
				return tree.width(top); // the frame itself, or one below it
			if (node > top && node < end[top])
				sum += tree.width(node);
		}
		return sum;
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
		return this.order ??= this.all.slice().sort((a, b) => tree.width(b) - tree.width(a) || a - b);
	}
}
