/* The viewer inside a flame graph. The document is complete without it: a picture of the whole profile. It
 * also carries the whole call tree as data (svg_data.h has the format), from which every view is drawn.
 *
 * The same bytes are in every file, so that a Content-Security-Policy can name them by hash: whatever differs
 * between files is in attributes and data. Every name is untrusted: it only ever becomes text of a node.
 * Because they are in every file, they are few: no library; indentation, comments and line ends before closing
 * brackets stay in the sources.
 *
 * Here: from the text in the document to a Tree. */

const SUFFIX = /_\[[kwij]\]$/;

function bytesOf(base64) {
	const text = atob(base64.trim());
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++)
		bytes[i] = text.charCodeAt(i);
	return bytes;
}

/* Reads one number after the other. Exact to 2^53. */
class Varints {
	constructor(bytes) {
		this.bytes = bytes;
		this.at = 0;
	}

	next() {
		const byte = this.bytes[this.at++];
		return byte < 128 ? byte : this.more(byte & 127);
	}

	more(value) {
		for (let unit = 128, byte = 128; byte > 127; unit *= 128) {
			byte = this.bytes[this.at++];
			value += (byte & 127) * unit;
		}
		return value;
	}
}

function inflate(bytes) {
	const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
	return new Response(stream).arrayBuffer().then(buffer => new Uint8Array(buffer));
}

/* The parts of the data by their names: text of "names", bytes of the others. */
async function readParts(root) {
	const parts = {};
	await Promise.all(Array.from(root.querySelectorAll(":scope > metadata"), async element => {
		const {className: {baseVal: name}, dataset: {deflated}, textContent: text} = element, isText = name === "names";
		const part = isText && !deflated ? text : bytesOf(text), bytes = deflated ? await inflate(part) : part;
		parts[name] = isText && deflated ? new TextDecoder("utf-8", {ignoreBOM: true}).decode(bytes) : bytes;
	}));
	return parts;
}

/* The tree of a document. */
function readTree(root, parts) {
	const names = ("all\n" + parts.names).split("\n");
	names.pop();
	const {nodes, order, layout = "after", total, delta} = root.dataset, columns = Number(root.dataset.columns);
	const shared = {names: names.map(name => name.replace(SUFFIX, "")), colors: parts.fills, columns,
		inTime: order === "time", layout, delta};
	const told = ["weights-", "samples-"].flatMap(what => [0, 1].map(column => what + column)).filter(name => parts[name]);
	const tree = shared.base = new Tree(Number(nodes), told.length, shared); // in the order of their flags
	shared.samples = samplesOf(columns, told, parts);
	readShape(tree, parts);
	told.forEach((name, flag) => readColumn(tree.sums[flag], flag, parts.steps, parts[name]));
	if (parts.colors) {
		const numbers = new Varints(parts.colors);
		tree.color = tree.frame.map(() => numbers.next());
	}
	tree.lay(layout);
	tree.more = tree.extra = total - tree.width(0);
	return tree;
}

/* By column {at, period}: samples are sums[at] / period; or null where they are not known. */
function samplesOf(columns, told, parts) {
	const known = parts.samples && new Varints(parts.samples);
	return Array.from({length: columns}, (_, column) => {
		const how = known?.next();
		return !how ? null : how > 1 ? {at: column, period: how - 1} : {at: told.indexOf("samples-" + column), period: 1};
	});
}

/* A child is told by how many levels its parent is above the node before it. */
function readShape(tree, parts) {
	const {count, frame, parent, depth, end, sums} = tree, flags = 2 ** sums.length;
	const steps = new Varints(parts.steps), low = parts["frames-low"];
	const high = parts["frames-high"] && new Varints(parts["frames-high"]);
	for (let node = 0; node < count; node++) {
		let above = node - 1;
		for (let up = Math.floor(steps.next() / flags); up > 0; up--) {
			end[above] = node;
			above = parent[above];
		}
		if (node > 0) {
			parent[node] = above;
			depth[node] = depth[above] + 1;
		}
		frame[node] = low[node] + (high ? 256 * high.next() : 0);
	}
	for (let node = count - 1; node > 0; node = parent[node])
		end[node] = count;
	end[0] = count;
}

/* Sums of the nodes' own numbers: those of the nodes with the flag are told. */
function readColumn(sums, flag, stepBytes, bytes) {
	const steps = new Varints(stepBytes), numbers = new Varints(bytes);
	for (let node = 0; node + 1 < sums.length; node++)
		sums[node + 1] = sums[node] + (steps.next() >> flag & 1 ? numbers.next() : 0);
}
